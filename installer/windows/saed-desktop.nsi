; SAED Desktop for one user of Windows, without an administrator.
; Compiled by installer/build.py, which defines VERSION, PROGRAM, ICON, ASSOCIATIONS, LICENCE,
; SIZE_KB and OUTPUT. Silent: setup.exe /S [/D=C:\folder]

Unicode true
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
!include "MUI2.nsh"
!include "${ASSOCIATIONS}"

!define NAME "SAED Desktop"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\SAEDDesktop"
!define CLASSES "Software\Classes"
!define CAPABILITIES "Software\SAEDDesktop\Capabilities"

Name "${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\SAED Desktop"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "${NAME} setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\saed-desktop.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!macro DefineType PROGID DESCRIPTION
  WriteRegStr HKCU "${CLASSES}\${PROGID}" "" "${DESCRIPTION}"
  WriteRegStr HKCU "${CLASSES}\${PROGID}\DefaultIcon" "" "$INSTDIR\saed-desktop.exe,0"
  WriteRegStr HKCU "${CLASSES}\${PROGID}\shell\open\command" "" \
    '"$INSTDIR\saed-desktop.exe" "%1"'
!macroend

; a file of a microscope: a double click opens it here, unless the user chose otherwise before
!macro ClaimSuffix SUFFIX PROGID
  !insertmacro OfferSuffix "${SUFFIX}" "${PROGID}"
  ReadRegStr $0 HKCU "${CLASSES}\${SUFFIX}" ""
  StrCmp $0 "" 0 +2
  WriteRegStr HKCU "${CLASSES}\${SUFFIX}" "" "${PROGID}"
!macroend

; any other image: offered under "Open with"
!macro OfferSuffix SUFFIX PROGID
  WriteRegNone HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids" "${PROGID}"
  WriteRegStr HKCU "${CLASSES}\Applications\saed-desktop.exe\SupportedTypes" "${SUFFIX}" ""
  WriteRegStr HKCU "${CAPABILITIES}\FileAssociations" "${SUFFIX}" "${PROGID}"
!macroend

!macro ReleaseSuffix SUFFIX PROGID
  DeleteRegValue HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids" "${PROGID}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${SUFFIX}\OpenWithProgids"
  ReadRegStr $0 HKCU "${CLASSES}\${SUFFIX}" ""
  StrCmp $0 "${PROGID}" 0 +2
  DeleteRegValue HKCU "${CLASSES}\${SUFFIX}" ""
  DeleteRegKey /ifempty HKCU "${CLASSES}\${SUFFIX}"
!macroend

!macro TellExplorer
  ; SHCNE_ASSOCCHANGED: icons and menus are read anew
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Section "${NAME}"
  ; an older version gives way completely; settings and networks lie elsewhere and stay
  IfFileExists "$INSTDIR\saed-desktop.exe" 0 fresh
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\saed-desktop.exe"
    Delete "$INSTDIR\saed-index.exe"
    IfFileExists "$INSTDIR\saed-desktop.exe" 0 fresh
      MessageBox MB_OK|MB_ICONEXCLAMATION "Please close ${NAME} first." /SD IDOK
      Abort
  fresh:
  SetOutPath "$INSTDIR"
  File /r "${PROGRAM}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\saed-desktop.exe"

  WriteRegStr HKCU "${CLASSES}\Applications\saed-desktop.exe" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\Applications\saed-desktop.exe\shell\open\command" "" \
    '"$INSTDIR\saed-desktop.exe" "%1"'
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationName" "${NAME}"
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationDescription" \
    "Names the crystal phase of electron diffraction patterns"
  WriteRegStr HKCU "Software\RegisteredApplications" "${NAME}" "${CAPABILITIES}"
  !insertmacro ClaimFiles
  !insertmacro TellExplorer

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\saed-desktop.exe,0"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The SAED Desktop developers"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "${SIZE_KB}"
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  ; only what was put there: the folder may be one that the user chose
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\saed-desktop.exe"
  Delete "$INSTDIR\saed-index.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  !insertmacro ReleaseFiles
  DeleteRegKey HKCU "${CLASSES}\Applications\saed-desktop.exe"
  DeleteRegValue HKCU "Software\RegisteredApplications" "${NAME}"
  DeleteRegKey HKCU "Software\SAEDDesktop"
  DeleteRegKey HKCU "${UNINSTALL}"
  !insertmacro TellExplorer
SectionEnd
