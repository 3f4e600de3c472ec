<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" sourcelanguage="en" language="de">
  <context>
    <name>texts</name>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Gold (Au)</source>
      <translation>Gold (Au)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Aluminium (Al)</source>
      <translation>Aluminium (Al)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Silicon (Si)</source>
      <translation>Silizium (Si)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Silver (Ag)</source>
      <translation>Silber (Ag)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Platinum (Pt)</source>
      <translation>Platin (Pt)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Nickel (Ni)</source>
      <translation>Nickel (Ni)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Magnesium oxide (MgO)</source>
      <translation>Magnesiumoxid (MgO)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Cerium oxide (CeO₂)</source>
      <translation>Ceroxid (CeO₂)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Thallium chloride (TlCl)</source>
      <translation>Thalliumchlorid (TlCl)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standards.py" />
      <source>Graphite (C)</source>
      <translation>Graphit (C)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>Save the changes to {value}?</source>
      <translation>Änderungen an {value} speichern?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>Save</source>
      <translation>Speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>Do not save</source>
      <translation>Nicht speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>Reading {name}…</source>
      <translation>{name} wird gelesen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>{undo} {step}</source>
      <translation>{undo}: {step}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>Welcome. These are example patterns: look at the answer on the right, then drop a pattern of your own on the window.</source>
      <translation>Willkommen. Dies sind Beispielbilder: Sehen Sie sich rechts die Antwort an und ziehen Sie dann ein eigenes Beugungsbild auf das Fenster.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/assembly.py" />
      <source>How it works</source>
      <translation>So geht es</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Open patterns…</source>
      <translation>Beugungsbilder ö&amp;ffnen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open diffraction patterns</source>
      <translation>Beugungsbilder öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;File</source>
      <translation>&amp;Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open &amp;recent</source>
      <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open p&amp;roject…</source>
      <translation>P&amp;rojekt öffnen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open patterns with all that was done to them</source>
      <translation>Beugungsbilder mit allem öffnen, was an ihnen bearbeitet wurde</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Save project</source>
      <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save patterns with all that was done</source>
      <translation>Beugungsbilder mit allen Bearbeitungen speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save project &amp;as…</source>
      <translation>Projekt speichern &amp;unter…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save under another name</source>
      <translation>Unter anderem Namen speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save f&amp;igure…</source>
      <translation>A&amp;bbildung speichern…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save the pattern for a paper: width in mm, PNG, TIFF, SVG or PDF</source>
      <translation>Das Beugungsbild für eine Veröffentlichung speichern: Breite in mm, PNG, TIFF, SVG oder PDF</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Copy figure</source>
      <translation>Abbildung &amp;kopieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Copy the pattern as the last figure was drawn</source>
      <translation>Das Beugungsbild so kopieren, wie die letzte Abbildung gezeichnet wurde</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save repo&amp;rt…</source>
      <translation>Beri&amp;cht speichern…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save picture, answer, candidates, calibration and spots as one page</source>
      <translation>Bild, Antwort, Kandidaten, Kalibrierung und Reflexe als eine Seite speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Stop readin&amp;g</source>
      <translation>&amp;Lesen abbrechen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Give up reading a file that does not answer</source>
      <translation>Das Lesen einer Datei aufgeben, die nicht antwortet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Close pattern</source>
      <translation>Beugungsb&amp;ild schließen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Close the pattern shown</source>
      <translation>Das gezeigte Beugungsbild schließen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Close a&amp;ll</source>
      <translation>&amp;Alle schließen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Close all patterns</source>
      <translation>Alle Beugungsbilder schließen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Quit</source>
      <translation>B&amp;eenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Close the program</source>
      <translation>Das Programm beenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Undo</source>
      <translation>&amp;Rückgängig</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Take the last change back</source>
      <translation>Die letzte Änderung rückgängig machen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Edit</source>
      <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Redo</source>
      <translation>&amp;Wiederholen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Do it again</source>
      <translation>Die Änderung wiederherstellen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Find everything again</source>
      <translation>&amp;Alles neu suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Drop your corrections of direct beam, mask and contrast inversion</source>
      <translation>Ihre Korrekturen an Primärstrahl, Maske und Kontrastumkehr verwerfen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Settings…</source>
      <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Change how the program works</source>
      <translation>Ändern, wie das Programm arbeitet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Pattern</source>
      <translation>Beu&amp;gungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the pattern</source>
      <translation>Das Beugungsbild zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;View</source>
      <translation>&amp;Ansicht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Fol&amp;der</source>
      <translation>&amp;Ordner</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the folder's answers</source>
      <translation>Die Antworten des Ordners zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Fit to window</source>
      <translation>Ein&amp;passen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the whole pattern</source>
      <translation>Das ganze Beugungsbild zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Zoom &amp;in</source>
      <translation>Ver&amp;größern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Look closer</source>
      <translation>Näher heran</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Zoom &amp;out</source>
      <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Step back</source>
      <translation>Weiter weg</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Actual size</source>
      <translation>&amp;Originalgröße</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>One pixel on one pixel</source>
      <translation>Ein Bildpunkt auf einem Bildschirmpunkt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Turn &amp;right</source>
      <translation>Nach &amp;rechts drehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Turn the view clockwise</source>
      <translation>Die Ansicht im Uhrzeigersinn drehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Turn &amp;left</source>
      <translation>Nach &amp;links drehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Turn the view back</source>
      <translation>Die Ansicht gegen den Uhrzeigersinn drehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Turn by &amp;90°</source>
      <translation>Um &amp;90° drehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Turn the view a quarter clockwise</source>
      <translation>Die Ansicht um eine Vierteldrehung im Uhrzeigersinn drehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Mirrore&amp;d</source>
      <translation>Gesp&amp;iegelt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Exchange left and right on the screen; indices go along</source>
      <translation>Links und rechts auf dem Bildschirm vertauschen; die Indizes gehen mit</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Upright</source>
      <translation>&amp;Aufrecht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the pattern as it was taken</source>
      <translation>Das Beugungsbild zeigen, wie es aufgenommen wurde</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>F&amp;ull screen</source>
      <translation>&amp;Vollbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Use the whole screen</source>
      <translation>Den ganzen Bildschirm nutzen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Contrast…</source>
      <translation>&amp;Kontrast…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Choose contrast and colours</source>
      <translation>Kontrast und Farben wählen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Aut&amp;o contrast</source>
      <translation>Kontrast au&amp;tomatisch</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Choose the contrast by itself</source>
      <translation>Den Kontrast selbsttätig wählen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>I&amp;nverted</source>
      <translation>I&amp;nvertiert</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Dark spots on a bright ground</source>
      <translation>Dunkle Reflexe auf hellem Grund</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>C&amp;olours</source>
      <translation>&amp;Farben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Unit 1/nm or 1/&amp;Å</source>
      <translation>Einheit 1/nm oder 1/&amp;Å</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Switch the unit of readouts</source>
      <translation>Die Einheit der Anzeigen wechseln</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Spots</source>
      <translation>Gefundene Refle&amp;xe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Mark the spots found</source>
      <translation>Die gefundenen Reflexe markieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Re&amp;flections</source>
      <translation>&amp;Berechnete Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Mark the candidate's reflections</source>
      <translation>Die Reflexe des Kandidaten markieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Indices &amp;hkl</source>
      <translation>Indizes &amp;hkl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Write the indices beside them</source>
      <translation>Die Indizes daneben schreiben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>R&amp;esiduals</source>
      <translation>Ab&amp;weichungen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Draw how far spots are off, enlarged twenty times</source>
      <translation>Die Abweichungen der Reflexe zwanzigfach vergrößert zeichnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Direct &amp;beam</source>
      <translation>Primär&amp;strahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Mark where the direct beam is</source>
      <translation>Die Lage des Primärstrahls markieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Mask</source>
      <translation>&amp;Maske</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Tint what is left out of the analysis</source>
      <translation>Einfärben, was von der Auswertung ausgenommen ist</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Resolution rin&amp;gs</source>
      <translation>Auf&amp;lösungsringe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Draw rings of round spacings</source>
      <translation>Ringe runder Netzebenenabstände zeichnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Scale bar</source>
      <translation>Maßstabsbalken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Draw a scale bar</source>
      <translation>Einen Maßstabsbalken zeichnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Radial &amp;profile</source>
      <translation>&amp;Radiales Profil</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the radial profile</source>
      <translation>Das radiale Profil zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Film s&amp;trip</source>
      <translation>Bild&amp;leiste</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the open patterns</source>
      <translation>Die geöffneten Beugungsbilder zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Previous in folder</source>
      <translation>&amp;Voriges im Ordner</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open the file before</source>
      <translation>Die vorige Datei des Ordners öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Next in folder</source>
      <translation>&amp;Nächstes im Ordner</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open the folder's next file</source>
      <translation>Die nächste Datei des Ordners öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Previous open pattern</source>
      <translation>Voriges geöffnetes Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the one before</source>
      <translation>Das vorige zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Next open pattern</source>
      <translation>Nächstes geöffnetes Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the next open pattern</source>
      <translation>Das nächste geöffnete Beugungsbild zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Previous frame</source>
      <translation>Voriges Einzelbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the frame before</source>
      <translation>Das vorige Einzelbild zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Next &amp;frame</source>
      <translation>Nächstes &amp;Einzelbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the file's next frame</source>
      <translation>Das nächste Einzelbild der Datei zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Next data&amp;set</source>
      <translation>Nächster &amp;Datensatz</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show the next dataset of a file of several</source>
      <translation>Den nächsten Datensatz einer Datei mit mehreren zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Move</source>
      <translation>&amp;Verschieben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Drag to move, wheel to zoom</source>
      <translation>Ziehen verschiebt, das Rad zoomt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Distance</source>
      <translation>&amp;Abstand</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Drag between two spots: distance and d</source>
      <translation>Zwischen zwei Reflexen ziehen: Abstand und d</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Spot p&amp;air</source>
      <translation>Refle&amp;xpaar</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Click two spots: ratio and angle about the beam</source>
      <translation>Zwei Reflexe anklicken: Verhältnis und Winkel um den Primärstrahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Index by two spots</source>
      <translation>Mit zwei Reflexen &amp;indizieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Click two spots: the pairs of reflections that fit are listed</source>
      <translation>Zwei Reflexe anklicken: Die passenden Reflexpaare werden aufgelistet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Set direct beam</source>
      <translation>Primär&amp;strahl setzen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Click or drag the direct beam</source>
      <translation>Den Primärstrahl anklicken oder ziehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Edit &amp;spots</source>
      <translation>Reflexe &amp;bearbeiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Click adds a spot, drag moves it or draws a box, Delete removes, arrows nudge</source>
      <translation>Klicken fügt einen Reflex hinzu, Ziehen verschiebt ihn oder zieht einen Rahmen auf, Entf entfernt, Pfeiltasten rücken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Brush mask</source>
      <translation>Maske &amp;malen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Paint what is to be left out</source>
      <translation>Malen, was ausgenommen werden soll</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Erase mask</source>
      <translation>Maske &amp;radieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Paint what is to be used after all</source>
      <translation>Malen, was doch ausgewertet werden soll</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>P&amp;olygon mask</source>
      <translation>Maske als &amp;Polygon</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Click corners, double click to leave it out</source>
      <translation>Ecken anklicken; ein Doppelklick nimmt die Fläche aus</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Restore all spots</source>
      <translation>Alle Reflexe &amp;wiederherstellen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Take back what was changed about the spots by hand</source>
      <translation>Alle Änderungen zurücknehmen, die von Hand an den Reflexen gemacht wurden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Si&amp;mulate…</source>
      <translation>Si&amp;mulieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Compute a pattern of any phase and direction, beside this one and over it</source>
      <translation>Das Beugungsbild einer beliebigen Phase und Richtung berechnen, neben diesem und über ihm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Co&amp;mpare two patterns…</source>
      <translation>Zwei Beugungsbilder ver&amp;gleichen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show two open patterns side by side or blinking, zoomed alike</source>
      <translation>Zwei geöffnete Beugungsbilder nebeneinander oder blinkend zeigen, gleich vergrößert</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Tilt map…</source>
      <translation>K&amp;ippkarte…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show where other zone axes are in the goniometer's tilts, with Kikuchi bands</source>
      <translation>Zeigen, bei welchen Kippungen des Goniometers andere Zonenachsen liegen, mit Kikuchi-Bändern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Sca&amp;n and map…</source>
      <translation>S&amp;can und Karte…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Map a scan or a series: virtual image, all frames indexed, phases in colours</source>
      <translation>Einen Scan oder eine Serie kartieren: virtuelles Bild, alle Einzelbilder indiziert, Phasen in Farben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Calibrate with a &amp;standard…</source>
      <translation>Mit einem &amp;Standard kalibrieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Find scale and ellipse from rings or a known crystal</source>
      <translation>Maßstab und Ellipse aus Ringen oder einem bekannten Kristall bestimmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Use the scale &amp;bar…</source>
      <translation>Maßsta&amp;bsbalken verwenden…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Take the scale from the bar in the image</source>
      <translation>Den Maßstab vom Balken im Bild nehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Accept the answer</source>
      <translation>Antwort &amp;annehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Label the pattern as answered</source>
      <translation>Dem Beugungsbild die Antwort als Label geben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Answer</source>
      <translation>Ant&amp;wort</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Correct the answer…</source>
      <translation>Antwort &amp;korrigieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Say what it is</source>
      <translation>Sagen, was es ist</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Remove the label</source>
      <translation>Label en&amp;tfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Take what you said back out of the training data</source>
      <translation>Das Label wieder aus den Trainingsdaten nehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Previous candidate</source>
      <translation>&amp;Voriger Kandidat</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Draw the one before</source>
      <translation>Den vorigen zeichnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Next candidate</source>
      <translation>&amp;Nächster Kandidat</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Draw the next candidate</source>
      <translation>Den nächsten Kandidaten zeichnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;What decided?</source>
      <translation>&amp;Was gab den Ausschlag?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show what the answer leans on, and on which spots</source>
      <translation>Zeigen, worauf sich die Antwort stützt und auf welche Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>What the &amp;lattice says</source>
      <translation>Was das &amp;Gitter sagt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Crystal system and space group, by the spot lattice alone</source>
      <translation>Kristallsystem und Raumgruppe nach dem Reflexgitter allein</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Search the library</source>
      <translation>Bibliothek &amp;durchsuchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Find structures that explain the spots, whatever they are</source>
      <translation>Strukturen finden, die die Reflexe erklären, welche es auch seien</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Elements and libraries…</source>
      <translation>&amp;Elemente und Bibliotheken…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Which elements may be in it, which libraries are searched</source>
      <translation>Welche Elemente enthalten sein können, welche Bibliotheken durchsucht werden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Add p&amp;hases…</source>
      <translation>&amp;Phasen hinzufügen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Add crystal structures from CIF files</source>
      <translation>Kristallstrukturen aus CIF-Dateien hinzufügen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Add a net&amp;work…</source>
      <translation>N&amp;etz hinzufügen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Install a .saednet file</source>
      <translation>Eine .saednet-Datei installieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Index folder…</source>
      <translation>Ordner &amp;indizieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Answer every pattern of a folder, in the background</source>
      <translation>Alle Beugungsbilder eines Ordners im Hintergrund auswerten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>F&amp;older</source>
      <translation>&amp;Ordner</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Watch folder…</source>
      <translation>Ordner ü&amp;berwachen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Answer every new file while the microscope writes it</source>
      <translation>Jede neue Datei auswerten, während das Mikroskop sie schreibt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Stop</source>
      <translation>&amp;Anhalten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Stop the run or the watch</source>
      <translation>Die Auswertung oder Überwachung anhalten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Next to review</source>
      <translation>&amp;Nächste Durchsicht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open the next answer that needs a look</source>
      <translation>Die nächste Antwort öffnen, die angesehen werden sollte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Export &amp;results…</source>
      <translation>&amp;Ergebnisse exportieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save the answers as a table</source>
      <translation>Die Antworten als Tabelle speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Export &amp;labelled set…</source>
      <translation>Satz mit &amp;Labels exportieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Save your labels as training data for a network of your own</source>
      <translation>Ihre Labels als Trainingsdaten für ein eigenes Netz speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Validate on my folder…</source>
      <translation>An eigenem Ordner &amp;prüfen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Count how often the answers are right on patterns that you labelled</source>
      <translation>Zählen, wie oft die Antworten bei Beugungsbildern mit Ihren Labels stimmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Help</source>
      <translation>&amp;Hilfe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Read how it works</source>
      <translation>Lesen, wie es geht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;Keys</source>
      <translation>&amp;Tasten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show all keys</source>
      <translation>Alle Tasten zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show an &amp;example</source>
      <translation>&amp;Beispiel zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open the bundled example patterns</source>
      <translation>Die mitgelieferten Beispielbilder öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Copy &amp;diagnostics</source>
      <translation>&amp;Diagnose kopieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Copy versions, settings and the log's end</source>
      <translation>Versionen, Einstellungen und das Ende des Protokolls kopieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Open &amp;log folder</source>
      <translation>&amp;Protokollordner öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Show where the log files are</source>
      <translation>Zeigen, wo die Protokolldateien liegen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>&amp;About</source>
      <translation>&amp;Über</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/commands.py" />
      <source>Version and licences</source>
      <translation>Version und Lizenzen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/analysis.py" />
      <source>Looking for spots…</source>
      <translation>Reflexe werden gesucht…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/analysis.py" />
      <source>Comparing with the phases…</source>
      <translation>Vergleich mit den Phasen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/analysis.py" />
      <source>Reading…</source>
      <translation>Lesen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/analysis.py" />
      <source>{name} does not answer. Its drive or network may be gone; try again when it is back.</source>
      <translation>{name} antwortet nicht. Laufwerk oder Netzwerk fehlt vielleicht; versuchen Sie es erneut, wenn es wieder da ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/analysis.py" />
      <source>Reading {name} was stopped.</source>
      <translation>Das Lesen von {name} wurde abgebrochen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/answer.py" />
      <source>The scale of this pattern is unknown. Only ratios and angles decide, so more phases fit and the answer is less sure than it could be.</source>
      <translation>Der Maßstab dieses Beugungsbilds ist unbekannt. Nur Verhältnisse und Winkel entscheiden; deshalb passen mehr Phasen, und die Antwort ist unsicherer als nötig.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/answer.py" />
      <source>{network} (thin bars): {headline}. {subline}</source>
      <translation>{network} (schmale Balken): {headline}. {subline}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>enter the scale</source>
      <translation>Maßstab eingeben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>confirm the scale</source>
      <translation>Maßstab bestätigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>use the scale bar</source>
      <translation>Maßstabsbalken verwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>use the file's scale</source>
      <translation>Maßstab der Datei verwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>enter the energy</source>
      <translation>Energie eingeben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>calibrate all open patterns</source>
      <translation>alle geöffneten Beugungsbilder kalibrieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>apply the profile {name}</source>
      <translation>Profil {name} anwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>Save a profile</source>
      <translation>Profil speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>Microscope, voltage and camera length, as you call them:</source>
      <translation>Mikroskop, Spannung und Kameralänge, wie Sie sie nennen:</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>The profile “{name}” is saved.</source>
      <translation>Das Profil „{name}“ ist gespeichert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>There is no scale to save.</source>
      <translation>Es gibt keinen Maßstab, der gespeichert werden könnte.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration.py" />
      <source>The profile cannot be saved: {strerror}.</source>
      <translation>Das Profil kann nicht gespeichert werden: {strerror}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration_wizard.py" />
      <source>calibrate with a standard</source>
      <translation>mit einem Standard kalibrieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/calibration_wizard.py" />
      <source>Open a ring pattern or a known crystal first.</source>
      <translation>Öffnen Sie zuerst ein Ringbild oder einen bekannten Kristall.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/comparison.py" />
      <source>Indexing…</source>
      <translation>Indizieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/comparison.py" />
      <source>{label} along {zone}, {matched} spots</source>
      <translation>{label} entlang {zone}, {matched} Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/comparison.py" />
      <source>Open a second pattern to compare this one with.</source>
      <translation>Öffnen Sie ein zweites Beugungsbild, um dieses damit zu vergleichen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/comparison.py" />
      <source>{name} does not answer.</source>
      <translation>{name} antwortet nicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/comparison.py" />
      <source>{headline}. Drawn: {zone}</source>
      <translation>{headline}. Gezeichnet: {zone}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/controller.py" />
      <source>{counted} saved to {path}.</source>
      <translation>{counted} gespeichert in {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/controller.py" />
      <source>Table (*.csv)</source>
      <translation>Tabelle (*.csv)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/controller.py" />
      <source>{path} cannot be written: {strerror}.</source>
      <translation>{path} kann nicht geschrieben werden: {strerror}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>PNG (*.png);;TIFF (*.tif);;SVG, to edit (*.svg);;PDF (*.pdf)</source>
      <translation>PNG (*.png);;TIFF (*.tif);;SVG, zum Bearbeiten (*.svg);;PDF (*.pdf)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>Save figure</source>
      <translation>Abbildung speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>The figure is saved to {path}.</source>
      <translation>Die Abbildung ist gespeichert in {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>A picture of {width} × {height} pixels is too large: lower the resolution or the width, or save SVG or PDF.</source>
      <translation>Ein Bild von {width} × {height} Pixeln ist zu groß: Verringern Sie Auflösung oder Breite, oder speichern Sie als SVG oder PDF.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>Save the report</source>
      <translation>Bericht speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>Page (*.html);;PDF (*.pdf)</source>
      <translation>Seite (*.html);;PDF (*.pdf)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>The report is saved to {path}.</source>
      <translation>Der Bericht ist gespeichert in {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>Open a pattern first: there is no figure to save.</source>
      <translation>Öffnen Sie zuerst ein Beugungsbild: Es gibt noch keine Abbildung zu speichern.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>Figures are saved as .png, .tif, .svg or .pdf.</source>
      <translation>Abbildungen werden als .png, .tif, .svg oder .pdf gespeichert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>The figure is copied.</source>
      <translation>Die Abbildung ist kopiert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/figures.py" />
      <source>There is no answer to report yet.</source>
      <translation>Es gibt noch keine Antwort, über die zu berichten wäre.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/files.py" />
      <source>Open patterns</source>
      <translation>Beugungsbilder öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/files.py" />
      <source>Diffraction patterns ({patterns});;All files (*)</source>
      <translation>Beugungsbilder ({patterns});;Alle Dateien (*)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/files.py" />
      <source>No files yet</source>
      <translation>Noch keine Dateien</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Stopped after {done} of {total} files. Index it again to go on.</source>
      <translation>Nach {done} von {total} Dateien angehalten. Indizieren Sie den Ordner erneut, um fortzufahren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Stopped after {done} of {total} frames. Index it again to go on.</source>
      <translation>Nach {done} von {total} Einzelbildern angehalten. Indizieren Sie die Datei erneut, um fortzufahren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>{done} of {total} files</source>
      <translation>{done} von {total} Dateien</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>{done} of {total} frames</source>
      <translation>{done} von {total} Einzelbildern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>{total} files answered, {review} of them need a look</source>
      <translation>{total} Dateien ausgewertet, {review} davon zur Durchsicht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>{total} frames answered, {review} of them need a look</source>
      <translation>{total} Einzelbilder ausgewertet, {review} davon zur Durchsicht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>about {value:.1f} h</source>
      <translation>etwa {value:.1f} h</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>about {max} s</source>
      <translation>etwa {max} s</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>about {round} min</source>
      <translation>etwa {round} min</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Copy path</source>
      <translation>Pfad kopieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Index folder</source>
      <translation>Ordner indizieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Watch folder</source>
      <translation>Ordner überwachen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Waiting for new files…</source>
      <translation>Warten auf neue Dateien…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Looking for patterns…</source>
      <translation>Beugungsbilder werden gesucht…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Looking for what is answered…</source>
      <translation>Bereits Ausgewertetes wird gesucht…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>{done} files answered. The folder is no longer watched.</source>
      <translation>{done} Dateien ausgewertet. Der Ordner wird nicht mehr überwacht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Watching. {done} files answered.</source>
      <translation>Der Ordner wird überwacht. {done} Dateien ausgewertet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>, {duration} left</source>
      <translation>, noch {duration}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>, {failed} could not be read.</source>
      <translation>, {failed} nicht lesbar.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Export results</source>
      <translation>Ergebnisse exportieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Table (*.csv);;Page with pictures (*.html);;One JSON object a line (*.jsonl)</source>
      <translation>Tabelle (*.csv);;Seite mit Bildern (*.html);;Ein JSON-Objekt je Zeile (*.jsonl)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>There is no pattern in this folder.</source>
      <translation>In diesem Ordner ist kein Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Index a folder first: there are no answers to export.</source>
      <translation>Indizieren Sie zuerst einen Ordner: Es gibt noch keine Antworten zu exportieren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>{count} answers saved to {path}.</source>
      <translation>{count} Antworten gespeichert in {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/folder.py" />
      <source>Saving {done} answers to {name}…</source>
      <translation>{done} Antworten werden in {name} gespeichert…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/help_menu.py" />
      <source>&lt;h2&gt;SAED Desktop {version}&lt;/h2&gt;
&lt;p&gt;Names the crystal phase of electron diffraction patterns: a neural network and
the indexing of spots and rings, side by side.&lt;/p&gt;
&lt;p&gt;Our sources: MIT licence. The program stands on Qt and PySide (LGPL-3), pyqtgraph, NumPy and
OpenCV (MIT, BSD, Apache-2), ONNX Runtime (MIT), gemmi (MPL-2), RosettaSciIO (GPL-3), h5py,
tifffile and Pillow (BSD, HPND).&lt;/p&gt;
&lt;p&gt;It never uses the network and never updates itself.&lt;/p&gt;</source>
      <translation>&lt;h2&gt;SAED Desktop {version}&lt;/h2&gt;
&lt;p&gt;Bestimmt die Kristallphase von Elektronenbeugungsbildern: ein neuronales Netz und
die Indizierung von Reflexen und Ringen, nebeneinander.&lt;/p&gt;
&lt;p&gt;Unsere Quellen: MIT-Lizenz. Das Programm beruht auf Qt und PySide (LGPL-3), pyqtgraph, NumPy und
OpenCV (MIT, BSD, Apache-2), ONNX Runtime (MIT), gemmi (MPL-2), RosettaSciIO (GPL-3), h5py,
tifffile und Pillow (BSD, HPND).&lt;/p&gt;
&lt;p&gt;Es benutzt nie das Netzwerk und aktualisiert sich nie selbst.&lt;/p&gt;</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/help_menu.py" />
      <source>About</source>
      <translation>Über</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/help_menu.py" />
      <source>This installation holds no example patterns. Drop one of your own.</source>
      <translation>Diese Installation enthält keine Beispielbilder. Ziehen Sie ein eigenes auf das Fenster.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/help_menu.py" />
      <source>Versions, settings and the end of the log are copied.</source>
      <translation>Versionen, Einstellungen und das Ende des Protokolls sind kopiert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/help_menu.py" />
      <source>The log files are in {folder}.</source>
      <translation>Die Protokolldateien liegen in {folder}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/help_menu.py" />
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/help_menu.py" />
      <source>The language changes when the program is started the next time.</source>
      <translation>Die Sprache wechselt beim nächsten Start des Programms.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>The set “{name}” is saved.</source>
      <translation>Der Satz „{name}“ ist gespeichert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Add phases</source>
      <translation>Phasen hinzufügen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Crystal structures ({endings} POSCAR* CONTCAR*)</source>
      <translation>Kristallstrukturen ({endings} POSCAR* CONTCAR*)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Add a network</source>
      <translation>Netz hinzufügen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Networks (*.saednet)</source>
      <translation>Netze (*.saednet)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Tick at least one phase: with none there is nothing to compare with.</source>
      <translation>Wählen Sie mindestens eine Phase: Ohne eine gibt es nichts zu vergleichen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>{counted} added: {join}.</source>
      <translation>{counted} hinzugefügt: {join}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>The network “{name}” is installed and used from now on.</source>
      <translation>Das Netz „{name}“ ist installiert und wird ab jetzt verwendet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Show its card</source>
      <translation>Steckbrief zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Another structure is called {stem} already: this one is {name}.</source>
      <translation>Eine andere Struktur heißt schon {stem}: Diese heißt {name}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>{n} phase</source>
      <translation>{n} Phase</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>{n} phases</source>
      <translation>{n} Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/indexing_setup.py" />
      <source>Network {name}</source>
      <translation>Netz {name}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>Frames of a scan are not labelled: training data have one pattern in each file.</source>
      <translation>Einzelbilder eines Scans bekommen keine Labels: Trainingsdaten haben ein Beugungsbild je Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>There is no phase to accept, and a pattern of this kind does not show that it is none of them. Say what it is, if you know.</source>
      <translation>Es gibt keine Phase anzunehmen, und ein Beugungsbild dieser Art zeigt nicht, dass es keine von ihnen ist. Sagen Sie, was es ist, wenn Sie es wissen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>none of these</source>
      <translation>keine von diesen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>label it {phase_label}</source>
      <translation>Label {phase_label} geben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>remove the label</source>
      <translation>Label entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>label {title} {phase_label}</source>
      <translation>{title} das Label {phase_label} geben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>unlabel {title}</source>
      <translation>Label von {title} entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>Labelled {name} (corrected).</source>
      <translation>Label: {name} (korrigiert).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>Labelled {name}.</source>
      <translation>Label: {name}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>Nothing is left to review.</source>
      <translation>Es ist nichts mehr durchzusehen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/labelling.py" />
      <source>Correct…</source>
      <translation>Korrigieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>Searching ({words}): {percent} %</source>
      <translation>Suche ({words}): {percent} %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>The likeliest so far; {percent} % of all are compared.</source>
      <translation>Die bisher wahrscheinlichsten; {percent} % aller sind verglichen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>Searching ({words})…</source>
      <translation>Suche ({words})…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>Save the structure</source>
      <translation>Struktur speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>CIF (*.cif)</source>
      <translation>CIF (*.cif)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>The library can be searched once the pattern is answered.</source>
      <translation>Die Bibliothek kann durchsucht werden, sobald das Beugungsbild ausgewertet ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>There are no spots or rings here that a library could be searched for.</source>
      <translation>Hier gibt es weder Reflexe noch Ringe, nach denen eine Bibliothek durchsucht werden könnte.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library.py" />
      <source>{name} saved to {path}.</source>
      <translation>{name} gespeichert in {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>Libraries of structures (*{LIBRARY_SUFFIX})</source>
      <translation>Strukturbibliotheken (*{LIBRARY_SUFFIX})</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>Add a library</source>
      <translation>Bibliothek hinzufügen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>Make a library of CIF files</source>
      <translation>Bibliothek aus CIF-Dateien erstellen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>Reading the CIF files of {name}…</source>
      <translation>Die CIF-Dateien von {name} werden gelesen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>The library {stem} has {counted}</source>
      <translation>Die Bibliothek {stem} hat {counted}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{words} will be searched.</source>
      <translation>Von nun an durchsucht: {words}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>; {counted} could not be used, as {first}</source>
      <translation>; nicht zu gebrauchen: {counted}, etwa {first}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>Search now</source>
      <translation>Jetzt suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{n} structure</source>
      <translation>{n} Struktur</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{n} structures</source>
      <translation>{n} Strukturen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>Search it now</source>
      <translation>Jetzt durchsuchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{n} file</source>
      <translation>{n} Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{n} files</source>
      <translation>{n} Dateien</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{counted} read…</source>
      <translation>{counted} gelesen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{n} CIF file</source>
      <translation>{n} CIF-Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>{n} CIF files</source>
      <translation>{n} CIF-Dateien</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/measurement.py" />
      <source>measure a distance</source>
      <translation>Abstand messen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/measurement.py" />
      <source>measure a spot pair</source>
      <translation>Reflexpaar messen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/measurement.py" />
      <source>remove measurements</source>
      <translation>Messungen entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/measurement.py" />
      <source>Save the measurements</source>
      <translation>Messungen speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/measurement.py" />
      <source>{n} measurement</source>
      <translation>{n} Messung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/measurement.py" />
      <source>{n} measurements</source>
      <translation>{n} Messungen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/measurement.py" />
      <source>note a measurement</source>
      <translation>Notiz zu einer Messung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/pattern_display.py" />
      <source>reading</source>
      <translation>Lesen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/pattern_display.py" />
      <source>answering</source>
      <translation>Auswerten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/pattern_display.py" />
      <source>folder at work</source>
      <translation>Ordner in Arbeit</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/pattern_display.py" />
      <source>saving</source>
      <translation>Speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/pattern_display.py" />
      <source>reading the scan</source>
      <translation>Scan wird gelesen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/pattern_display.py" />
      <source>scale unknown</source>
      <translation>Maßstab unbekannt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>move the direct beam</source>
      <translation>Primärstrahl verschieben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>find everything again</source>
      <translation>alles neu suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>choose the contrast</source>
      <translation>Kontrast wählen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>undo the ellipse</source>
      <translation>Ellipse korrigieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>Undone before anything is measured.</source>
      <translation>Wird vor jeder Messung korrigiert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>None is undone.</source>
      <translation>Keine wird korrigiert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>use part of the image</source>
      <translation>Teil des Bilds verwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>leave part of the image out</source>
      <translation>Teil des Bilds ausnehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>{label} fits best as it is.</source>
      <translation>{label} passt ohne Korrektur am besten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>{label} fits best with {percent} % more along {azimuth}°.</source>
      <translation>{label} passt am besten mit weiteren {percent} % entlang {azimuth}°.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/preparation.py" />
      <source>{label} fits best with {percent} % along {azimuth}°.</source>
      <translation>{label} passt am besten mit {percent} % entlang {azimuth}°.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>Save project</source>
      <translation>Projekt speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>Project (*{PROJECT_SUFFIX})</source>
      <translation>Projekt (*{PROJECT_SUFFIX})</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>Open project</source>
      <translation>Projekt öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source> What cannot be read of it is kept in {parent}.</source>
      <translation> Was davon nicht gelesen werden kann, bleibt in {parent}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>The project is saved to {name}.</source>
      <translation>Das Projekt ist gespeichert in {name}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>{n} pattern</source>
      <translation>{n} Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>{n} patterns</source>
      <translation>{n} Beugungsbilder</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>{what} closed with your edits.</source>
      <translation>{what} mit Ihren Bearbeitungen geschlossen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>The program ended unexpectedly with {} open.</source>
      <translation>Das Programm endete unerwartet; geöffnet waren: {}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>Your work on {} from last time is in no project yet.</source>
      <translation>Ihre Arbeit vom letzten Mal ({}) ist noch in keinem Projekt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>Open them again</source>
      <translation>Wieder öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>Forget them</source>
      <translation>Verwerfen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>Open again</source>
      <translation>Wieder öffnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/project.py" />
      <source>{len} patterns of the project could not be understood: {join}.</source>
      <translation>{len} Beugungsbilder des Projekts konnten nicht verstanden werden: {join}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/reasons.py" />
      <source>There is no second candidate to compare with.</source>
      <translation>Es gibt keinen zweiten Kandidaten zum Vergleichen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/reasons.py" />
      <source>Nothing to tell: only the 25 best fits on the stated scale are compared, and {first} or {second} is none of them.</source>
      <translation>Dazu lässt sich nichts sagen: Verglichen werden nur die 25 besten Anpassungen im angegebenen Maßstab, und {first} oder {second} ist nicht darunter.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/reasons.py" />
      <source>Hiding spots one after another…</source>
      <translation>Ein Reflex nach dem anderen wird verdeckt…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/reasons.py" />
      <source>The network was asked without the scale, which is too rough for this. </source>
      <translation>Das Netz wurde ohne den Maßstab gefragt, der dafür zu grob ist. </translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/reasons.py" />
      <source>{asked}Amber spots speak for {first} and against {second}, blue ones the other way. The weight is what {first}'s lead of {lead:.1f} loses without the spot and its opposite (natural logarithm of the odds).</source>
      <translation>{asked}Bernsteinfarbene Reflexe sprechen für {first} und gegen {second}, blaue umgekehrt. Das Gewicht ist, was der Vorsprung von {first} ({lead:.1f}) ohne den Reflex und sein Gegenüber verliert (natürlicher Logarithmus der Chancen).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>Row {value}, column {value_2}, frame {value_3}</source>
      <translation>Zeile {value}, Spalte {value_2}, Einzelbild {value_3}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>No frame is indexed yet.</source>
      <translation>Noch kein Einzelbild ist indiziert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>{n} of {n_frames} frames indexed.</source>
      <translation>{n} von {n_frames} Einzelbildern indiziert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>phases</source>
      <translation>Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>The map is saved to {path}.</source>
      <translation>Die Karte ist gespeichert in {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>The table is saved to {path}.</source>
      <translation>Die Tabelle ist gespeichert in {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>intensity {number}</source>
      <translation>Intensität {number}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>This file holds one pattern: there is no scan to map.</source>
      <translation>Diese Datei enthält ein einziges Beugungsbild: Es gibt keinen Scan zu kartieren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>Save the map</source>
      <translation>Karte speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>dark field</source>
      <translation>Dunkelfeld</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>bright field</source>
      <translation>Hellfeld</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/scan.py" />
      <source>Save the table</source>
      <translation>Tabelle speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/simulation.py" />
      <source>Turning and tilting…</source>
      <translation>Drehen und Kippen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/simulation.py" />
      <source>{len} reflections, beam along [{beam}]. Drag turns, Shift-drag tilts.</source>
      <translation>{len} Reflexe, Strahl entlang [{beam}]. Ziehen dreht, Ziehen mit Umschalt kippt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/simulation.py" />
      <source>There is no measured pattern to compare with.</source>
      <translation>Es gibt kein gemessenes Beugungsbild zum Vergleichen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/simulation.py" />
      <source>Without a scale nothing can be compared.</source>
      <translation>Ohne Maßstab kann nichts verglichen werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>add a spot</source>
      <translation>Reflex hinzufügen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>restore all spots</source>
      <translation>alle Reflexe wiederherstellen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>{n} spot</source>
      <translation>{n} Reflex</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>{n} spots</source>
      <translation>{n} Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>move a spot</source>
      <translation>Reflex verschieben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>remove a spot</source>
      <translation>Reflex entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>remove {len} spots</source>
      <translation>{len} Reflexe entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/spot_editing.py" />
      <source>Save the spots</source>
      <translation>Reflexe speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>{label}: α {alpha:+.1f}°, β {beta:+.1f}°, {angle_deg:.1f}° from here.</source>
      <translation>{label}: α {alpha:+.1f}°, β {beta:+.1f}°, {angle_deg:.1f}° von hier.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>The holder reaches none of them; the nearest is {angle_deg:.1f}° away.</source>
      <translation>Der Halter erreicht keine von ihnen; die nächste ist {angle_deg:.1f}° entfernt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>No candidate is shown: index the pattern first.</source>
      <translation>Es wird kein Kandidat gezeigt: Indizieren Sie zuerst das Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>{label} along {zone}, as the candidate that is shown</source>
      <translation>{label} entlang {zone}, wie der gezeigte Kandidat</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>Trying all directions of the α axis…</source>
      <translation>Alle Richtungen der α-Achse werden versucht…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>Give α and β of this pattern and of another one of the same crystal, taken at other tilts; both have to be open and indexed.</source>
      <translation>Geben Sie α und β dieses Beugungsbilds und eines anderen desselben Kristalls bei anderer Kippung an; beide müssen geöffnet und indiziert sein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>α axis at {alpha_azimuth_deg:.1f}°; the two patterns then agree within {misfit_deg:.1f}°.</source>
      <translation>α-Achse bei {alpha_azimuth_deg:.1f}°; die beiden Beugungsbilder stimmen dann auf {misfit_deg:.1f}° überein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/tilt_map.py" />
      <source>“{text}” is no zone axis. Type one such as 1 1 2.</source>
      <translation>„{text}“ ist keine Zonenachse. Geben Sie eine wie 1 1 2 ein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/two_spots.py" />
      <source>The spots can be indexed once the pattern is answered.</source>
      <translation>Die Reflexe können indiziert werden, sobald das Beugungsbild ausgewertet ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/two_spots.py" />
      <source>remove the candidate by hand</source>
      <translation>Kandidaten von Hand entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/two_spots.py" />
      <source>{n} pair fits.</source>
      <translation>{n} Paar passt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/two_spots.py" />
      <source>{n} pairs fit.</source>
      <translation>{n} Paare passen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/two_spots.py" />
      <source>index by two spots</source>
      <translation>mit zwei Reflexen indizieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source>Choose an empty folder for the labelled set</source>
      <translation>Leeren Ordner für den Satz mit Labels wählen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source>Validate on a labelled folder</source>
      <translation>An einem Ordner mit Labels prüfen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source>Answering the labelled patterns of {name}…</source>
      <translation>Die Beugungsbilder mit Label in {name} werden ausgewertet…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source>{name} has no labels. Label some patterns (Y, Z), or sort them into one sub-folder per phase, named like the phase.</source>
      <translation>{name} hat keine Labels. Geben Sie einigen Beugungsbildern Labels (Y, Z), oder sortieren Sie sie in einen Unterordner je Phase, der wie die Phase heißt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source> {len} labelled files are gone.</source>
      <translation> {len} Dateien mit Label fehlen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source>{total} labelled patterns saved to {target}: {words}.{missing} Go on with: saed-trainer prepare --data {list_file} --output prepared</source>
      <translation>{total} Beugungsbilder mit Label gespeichert in {target}: {words}.{missing} Weiter mit: saed-trainer prepare --data {list_file} --output prepared</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source>Stop</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/validation.py" />
      <source>Answering the labelled patterns of {name}: {value} of {value_2}</source>
      <translation>Die Beugungsbilder mit Label in {name} werden ausgewertet: {value} von {value_2}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/view_controls.py" />
      <source>Direct beam is here</source>
      <translation>Primärstrahl ist hier</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/view_controls.py" />
      <source>Close the others</source>
      <translation>Die anderen schließen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/view_controls.py" />
      <source>Show</source>
      <translation>Zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Tools</source>
      <translation>Werkzeuge</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Cursor</source>
      <translation>Mauszeiger</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>What was done</source>
      <translation>Was geschehen ist</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Calibration</source>
      <translation>Kalibrierung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Background work</source>
      <translation>Arbeit im Hintergrund</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Answer</source>
      <translation>Antwort</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Spots</source>
      <translation>Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Prepare</source>
      <translation>Vorbereiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Calibrate</source>
      <translation>Kalibrieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>Phases</source>
      <translation>Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/main_window.py" />
      <source>More tools</source>
      <translation>Weitere Werkzeuge</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>{label}, by hand</source>
      <translation>{label}, von Hand</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Phase</source>
      <translation>Phase</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Crystal phase. The likeliest come first; a + marks a further crystal in the same pattern.</source>
      <translation>Kristallphase. Die wahrscheinlichsten stehen oben; ein + kennzeichnet einen weiteren Kristall im selben Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Zone</source>
      <translation>Zone</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Zone axis nearest to the beam. The indices of the spots obey the zone law with it.</source>
      <translation>Zonenachse, die dem Strahl am nächsten liegt. Die Indizes der Reflexe erfüllen mit ihr das Zonengesetz.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Prob.</source>
      <translation>Wahrsch.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Probability of this phase in this orientation, among the phases considered: network and spots together. The rows are sorted by it.</source>
      <translation>Wahrscheinlichkeit dieser Phase in dieser Orientierung unter den betrachteten Phasen: Netz und Reflexe zusammen. Die Zeilen sind danach geordnet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Score</source>
      <translation>Güte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>How well the spots fit, 0 to 1: the harmonic mean of the share of the spots' brightness that is explained and the share of the expected reflections that is found</source>
      <translation>Wie gut die Reflexe passen, 0 bis 1: harmonisches Mittel aus dem erklärten Anteil der Reflexhelligkeit und dem gefundenen Anteil der erwarteten Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Found</source>
      <translation>Gefunden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Spots, or rings, with a reflection on them, of all; the others are left unexplained</source>
      <translation>Reflexe oder Ringe, auf denen ein berechneter liegt, von allen; die anderen bleiben unerklärt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Missing</source>
      <translation>Fehlend</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Reflections that should be seen and are not</source>
      <translation>Reflexe, die zu sehen sein sollten und es nicht sind</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Off</source>
      <translation>Abw.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Root mean square distance between spots and reflections, in 0.001 1/Å</source>
      <translation>Mittlere quadratische Abweichung zwischen gefundenen und berechneten Reflexen, in 0.001 1/Å</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Formula</source>
      <translation>Formel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Chemical formula of the structure</source>
      <translation>Chemische Formel der Struktur</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Type</source>
      <translation>Typ</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Structure type, named after its prototype</source>
      <translation>Strukturtyp, nach seinem Prototyp benannt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>Source</source>
      <translation>Quelle</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>The library, and where its numbers come from</source>
      <translation>Die Bibliothek, und woher ihre Zahlen stammen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>A further crystal in this pattern. </source>
      <translation>Ein weiterer Kristall in diesem Beugungsbild. </translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/candidates_model.py" />
      <source>{label} {zone}: {off_zone_deg:.1f}° off the zone axis, scale {scale_inv_angstrom_per_px:.5f} 1/Å per pixel (± {value:.1f} %), ellipse {value_2:.1f} %</source>
      <translation>{label} {zone}: {off_zone_deg:.1f}° neben der Zonenachse, Maßstab {scale_inv_angstrom_per_px:.5f} 1/Å je Pixel (± {value:.1f} %), Ellipse {value_2:.1f} %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/confusion_model.py" />
      <source>{count} patterns of {label} answered {answer}</source>
      <translation>{count} Beugungsbilder von {label} als {answer} beantwortet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/film_model.py" />
      <source>labelled {phase_label}</source>
      <translation>Label {phase_label}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/film_model.py" />
      <source>not answered yet</source>
      <translation>noch nicht ausgewertet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>File</source>
      <translation>Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Name of the file</source>
      <translation>Name der Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>The phase named</source>
      <translation>Die genannte Phase</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Zone axis</source>
      <translation>Zonenachse</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Probability</source>
      <translation>Wahrsch.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Of that phase, from network and spot indexing together</source>
      <translation>Der Phase, aus Netz und Indizierung der Reflexe zusammen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Of the fit, 0 to 1</source>
      <translation>Der Anpassung, 0 bis 1</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Verdict</source>
      <translation>Urteil</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Whether network and spot indexing agree</source>
      <translation>Ob Netz und Indizierung der Reflexe übereinstimmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Label</source>
      <translation>Label</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>What you said that it is</source>
      <translation>Was Sie gesagt haben, dass es ist</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>Why</source>
      <translation>Warum</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/folder_model.py" />
      <source>The first reason</source>
      <translation>Der erste Grund</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/frames_model.py" />
      <source>Frame {value}</source>
      <translation>Einzelbild {value}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>spot pair</source>
      <translation>Reflexpaar</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>across the beam</source>
      <translation>über den Strahl hinweg</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>distance</source>
      <translation>Abstand</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>What</source>
      <translation>Was</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>A distance across the beam is halved</source>
      <translation>Ein Abstand über den Primärstrahl hinweg wird halbiert</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>Length in pixels</source>
      <translation>Länge in Pixeln</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>Reciprocal length</source>
      <translation>Reziproke Länge</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>Lattice spacing</source>
      <translation>Netzebenenabstand</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>Longer over shorter length</source>
      <translation>Längere durch kürzere Länge</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>Angle between the two at the beam</source>
      <translation>Winkel zwischen beiden am Primärstrahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/measurements_model.py" />
      <source>Yours: double click to edit</source>
      <translation>Ihre eigene: Doppelklick zum Bearbeiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>Crystal phase</source>
      <translation>Kristallphase</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>Reflection on the first spot</source>
      <translation>Indizes des ersten Reflexes</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>Reflection on the second spot</source>
      <translation>Indizes des zweiten Reflexes</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>Zone axis that they span</source>
      <translation>Zonenachse, die sie aufspannen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>First length: measured over expected, less 1</source>
      <translation>Erste Länge: gemessen durch erwartet, weniger 1</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>Second length: measured over expected, less 1</source>
      <translation>Zweite Länge: gemessen durch erwartet, weniger 1</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>Ratio of the lengths: measured over expected, less 1</source>
      <translation>Verhältnis der Längen: gemessen durch erwartet, weniger 1</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>Angle: measured less expected</source>
      <translation>Winkel: gemessen weniger erwartet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/pairs_model.py" />
      <source>One of the two is forbidden by the space group: double diffraction can show it.</source>
      <translation>Einer von beiden ist durch die Raumgruppe verboten: Doppelbeugung kann ihn zeigen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/phases_model.py" />
      <source>bundled</source>
      <translation>mitgeliefert</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/phases_model.py" />
      <source>yours</source>
      <translation>Ihre</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/phases_model.py" />
      <source>Space group</source>
      <translation>Raumgruppe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/phases_model.py" />
      <source>From</source>
      <translation>Aus</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Column of the image</source>
      <translation>Spalte im Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Row of the image, downwards</source>
      <translation>Zeile im Bild, nach unten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Distance from the direct beam</source>
      <translation>Abstand vom Primärstrahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Length of the scattering vector, 1/d</source>
      <translation>Länge des Streuvektors, 1/d</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Intensity above the background; the strongest spot has 1</source>
      <translation>Intensität über dem Untergrund; der stärkste Reflex hat 1</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Reflection of the candidate chosen</source>
      <translation>Reflex des gewählten Kandidaten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Distance from that reflection</source>
      <translation>Abstand von diesem Reflex</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Spot</source>
      <translation>Reflex</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/models/spots_model.py" />
      <source>Matched by a reflection or not; found by the program or put there by hand</source>
      <translation>Durch einen berechneten Reflex erklärt oder nicht; vom Programm gefunden oder von Hand gesetzt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/settings.py" />
      <source>The settings</source>
      <translation>Die Einstellungen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/undo.py" />
      <source>Undone: {words}</source>
      <translation>Rückgängig gemacht: {words}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/undo.py" />
      <source>Done again: {words}</source>
      <translation>Wiederhergestellt: {words}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>What explains the spots?</source>
      <translation>Was erklärt die Reflexe?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>There is no candidate: no single zone axis is to be seen.</source>
      <translation>Es gibt keinen Kandidaten: Es ist keine einzelne Zonenachse zu erkennen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Dots mark what cannot be excluded.</source>
      <translation>Punkte markieren, was nicht ausgeschlossen werden kann.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>The dot marks the only phase that is not excluded.</source>
      <translation>Der Punkt markiert die einzige Phase, die nicht ausgeschlossen ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>{words} {n_hidden} more are below 1 %.</source>
      <translation>{words} {n_hidden} weitere liegen unter 1 %.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Candidates</source>
      <translation>Kandidaten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Compare with another network</source>
      <translation>Mit einem anderen Netz vergleichen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Accept</source>
      <translation>Annehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Compare with another network…</source>
      <translation>Mit einem anderen Netz vergleichen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>A + marks a further crystal: it explains spots that the first one leaves.</source>
      <translation>Ein + kennzeichnet einen weiteren Kristall: Er erklärt Reflexe, die der erste übrig lässt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Label the pattern with this answer (Y)</source>
      <translation>Dem Beugungsbild diese Antwort als Label geben (Y)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Say what it is (Z)</source>
      <translation>Sagen, was es ist (Z)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>How likely is each phase?</source>
      <translation>Wie wahrscheinlich ist jede Phase?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>What explains the rings?</source>
      <translation>Was erklärt die Ringe?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/answer_panel.py" />
      <source>Compare with {name}</source>
      <translation>Mit {name} vergleichen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/banner.py" />
      <source>Notice</source>
      <translation>Hinweis</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/banner.py" />
      <source>Close this notice</source>
      <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>from the file, not checked</source>
      <translation>aus der Datei, nicht geprüft</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>entered by you</source>
      <translation>von Ihnen eingegeben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>from a profile</source>
      <translation>aus einem Profil</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>from the scale bar</source>
      <translation>vom Maßstabsbalken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>measured with a standard</source>
      <translation>mit einem Standard gemessen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>fitted with the phase named, not confirmed</source>
      <translation>mit der genannten Phase angepasst, nicht bestätigt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>unknown</source>
      <translation>unbekannt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Ratios and angles alone decide: more phases fit.</source>
      <translation>Nur Verhältnisse und Winkel entscheiden: Mehr Phasen passen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>So rough a scale does not tell cells apart whose sizes differ by less.</source>
      <translation>Ein so grober Maßstab unterscheidet keine Zellen, deren Größen sich um weniger unterscheiden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Scale, reciprocal length per pixel</source>
      <translation>Maßstab, reziproke Länge je Pixel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Standard uncertainty of the scale in percent</source>
      <translation>Standardunsicherheit des Maßstabs in Prozent</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Unit</source>
      <translation>Einheit</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Electron energy in keV</source>
      <translation>Elektronenenergie in keV</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Camera length in mm</source>
      <translation>Kameralänge in mm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Detector pixel in µm</source>
      <translation>Detektorpixel in µm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Confirm</source>
      <translation>Bestätigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Use the file's value</source>
      <translation>Wert der Datei verwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Compute</source>
      <translation>Berechnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>What the scale bar stands for</source>
      <translation>Wofür der Maßstabsbalken steht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Use the bar</source>
      <translation>Balken verwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Calibrate with a standard…</source>
      <translation>Mit einem Standard kalibrieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Calibration profiles</source>
      <translation>Kalibrierprofile</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Apply</source>
      <translation>Anwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Save as profile…</source>
      <translation>Als Profil speichern…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Delete</source>
      <translation>Löschen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Apply to all open patterns</source>
      <translation>Auf alle geöffneten Bilder anwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Scale per pixel</source>
      <translation>Maßstab je Pixel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Uncertain by, %</source>
      <translation>Unsicher um, %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Energy, keV</source>
      <translation>Energie, keV</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Camera length, mm</source>
      <translation>Kameralänge, mm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Detector pixel, µm</source>
      <translation>Detektorpixel, µm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>No pattern</source>
      <translation>Kein Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Open a pattern first.</source>
      <translation>Öffnen Sie zuerst ein Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Mark this scale as checked by you</source>
      <translation>Diesen Maßstab als von Ihnen geprüft kennzeichnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>From camera length, pixel and energy</source>
      <translation>Aus Kameralänge, Pixel und Energie</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Give every open pattern this scale and ellipse</source>
      <translation>Allen geöffneten Beugungsbildern diesen Maßstab und diese Ellipse geben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Enter it</source>
      <translation>Eingeben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Scale bar in the image</source>
      <translation>Maßstabsbalken im Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>It stands for</source>
      <translation>Er steht für</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Measure it</source>
      <translation>Messen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>A ring pattern or a known crystal gives scale and ellipse to 0.1 to 1 %.</source>
      <translation>Ein Ringbild oder ein bekannter Kristall gibt Maßstab und Ellipse auf 0.1 bis 1 %.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Profiles</source>
      <translation>Profile</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Scale unknown</source>
      <translation>Maßstab unbekannt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>A bar of {width_px} pixels was found. Type the number beside it ({name}).</source>
      <translation>Ein Balken von {width_px} Pixeln wurde gefunden. Tippen Sie die Zahl neben ihm ein ({name}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>None was found.</source>
      <translation>Es wurde keiner gefunden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>“{suiting}” is of this voltage and camera length.</source>
      <translation>„{suiting}“ ist von dieser Spannung und Kameralänge.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibrate_panel.py" />
      <source>Save the scale once for each microscope, voltage and camera length.</source>
      <translation>Speichern Sie den Maßstab einmal für jedes Mikroskop, jede Spannung und jede Kameralänge.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Calibrate with a standard</source>
      <translation>Mit einem Standard kalibrieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Rings: many small crystals</source>
      <translation>Ringe: viele kleine Kristalle</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Spots: one crystal, near a zone axis</source>
      <translation>Reflexe: ein Kristall, nahe einer Zonenachse</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Standard</source>
      <translation>Standard</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Lines of the standard</source>
      <translation>Linien des Standards</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Undo the ellipse as well</source>
      <translation>Auch die Ellipse korrigieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Use this scale</source>
      <translation>Diesen Maßstab verwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Such as: Titan 300 kV, 580 mm</source>
      <translation>Etwa: Titan 300 kV, 580 mm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Name of the profile to save; empty saves none</source>
      <translation>Name des Profils, das gespeichert wird; leer speichert keines</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Measuring…</source>
      <translation>Messen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>No ellipse.</source>
      <translation>Keine Ellipse.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Ellipse {number} % along {number_2}°.</source>
      <translation>Ellipse {number} % entlang {number_2}°.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Line</source>
      <translation>Linie</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>off, %</source>
      <translation>Abw., %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>1  What is it?</source>
      <translation>1  Was ist es?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>2  Do its lines lie on the pattern?</source>
      <translation>2  Liegen seine Linien auf dem Beugungsbild?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>3  Take it</source>
      <translation>3  Übernehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Save as a profile, for other patterns of this camera length:</source>
      <translation>Als Profil speichern, für andere Beugungsbilder dieser Kameralänge:</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/calibration_wizard.py" />
      <source>Radial distortion {percent} % at the outermost ring.</source>
      <translation>Radiale Verzeichnung {percent} % am äußersten Ring.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/color_maps.py" />
      <source>Grey</source>
      <translation>Grau</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/color_maps.py" />
      <source>Inverted grey</source>
      <translation>Grau invertiert</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Left pattern</source>
      <translation>Linkes Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Right pattern</source>
      <translation>Rechtes Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Compare two patterns</source>
      <translation>Zwei Beugungsbilder vergleichen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Zoom alike</source>
      <translation>Gleich vergrößern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>The same distances from the beam at the same place in both</source>
      <translation>Gleiche Abstände vom Primärstrahl an gleicher Stelle in beiden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Reflections</source>
      <translation>Berechnete Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Indices</source>
      <translation>Indizes</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Blink</source>
      <translation>Blinken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>Show one after the other in the same place; Space goes to the other</source>
      <translation>Beide abwechselnd an derselben Stelle zeigen; die Leertaste wechselt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/compare_window.py" />
      <source>+ and − zoom, F shows all, Space changes sides</source>
      <translation>+ und − zoomen, F zeigt alles, Leertaste wechselt die Seite</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Logarithm</source>
      <translation>Logarithmus</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Power (gamma)</source>
      <translation>Potenz (Gamma)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Linear</source>
      <translation>Linear</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Histogram of intensities</source>
      <translation>Histogramm der Intensitäten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>The fields below set the same black and white point.</source>
      <translation>Die Felder unten setzen denselben Schwarz- und Weißpunkt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Contrast</source>
      <translation>Kontrast</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Black point, percent of the pixels below</source>
      <translation>Schwarzpunkt, Prozent der Pixel darunter</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>White point, percent of the pixels below</source>
      <translation>Weißpunkt, Prozent der Pixel darunter</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Curve</source>
      <translation>Kurve</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Lift faint spots</source>
      <translation>Schwache Reflexe anheben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Colours</source>
      <translation>Farben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Auto</source>
      <translation>Automatisch</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Black below, %</source>
      <translation>Schwarz unter, %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>White above, %</source>
      <translation>Weiß über, %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/contrast_panel.py" />
      <source>Choose the contrast for this pattern</source>
      <translation>Den Kontrast für dieses Beugungsbild wählen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/copy_table.py" />
      <source>Copy rows</source>
      <translation>Zeilen kopieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/copy_table.py" />
      <source>Copy whole table</source>
      <translation>Ganze Tabelle kopieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>What is it?</source>
      <translation>Was ist es?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>Type a phase</source>
      <translation>Phase eintippen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>Label it</source>
      <translation>Label geben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>Remove the label</source>
      <translation>Label entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>None of these phases</source>
      <translation>Keine dieser Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>Take it back out of the training data</source>
      <translation>Wieder aus den Trainingsdaten nehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>Your label is kept beside the data and can train a network of your own.</source>
      <translation>Ihr Label wird bei den Daten gespeichert und kann ein eigenes Netz trainieren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/correct_dialog.py" />
      <source>“{text}”, a phase that is not in the list</source>
      <translation>„{text}“, eine Phase, die nicht in der Liste steht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure.py" />
      <source>Diffraction pattern</source>
      <translation>Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>One column, 85 mm</source>
      <translation>Eine Spalte, 85 mm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>One and a half, 120 mm</source>
      <translation>Anderthalb Spalten, 120 mm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Page, 180 mm</source>
      <translation>Seitenbreite, 180 mm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Figure</source>
      <translation>Abbildung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Preview of the figure</source>
      <translation>Vorschau der Abbildung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Usual widths</source>
      <translation>Übliche Breiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Width in mm</source>
      <translation>Breite in mm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Size of the text in points</source>
      <translation>Schriftgröße in Punkt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source> pt</source>
      <translation> pt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source> dpi</source>
      <translation> dpi</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Pixels per inch</source>
      <translation>Bildpunkte je Zoll</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>As zoomed on the screen</source>
      <translation>Ausschnitt wie auf dem Bildschirm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Marks</source>
      <translation>Markierungen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Save…</source>
      <translation>Speichern…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Another width</source>
      <translation>Andere Breite</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>For</source>
      <translation>Für</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Width</source>
      <translation>Breite</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Resolution</source>
      <translation>Auflösung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Text</source>
      <translation>Text</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>{width_mm:.0f} × {height_mm:.0f} mm, {width_px} × {height_px} pixels</source>
      <translation>{width_mm:.0f} × {height_mm:.0f} mm, {width_px} × {height_px} Pixel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>Size on paper</source>
      <translation>Größe auf dem Papier</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/figure_dialog.py" />
      <source>What it shows</source>
      <translation>Was sie zeigt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Not grouped</source>
      <translation>Nicht gruppiert</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>By sub-folder</source>
      <translation>Nach Unterordner</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>By name before the number</source>
      <translation>Nach dem Namen vor der Nummer</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Answers of the folder</source>
      <translation>Antworten des Ordners</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Specimens</source>
      <translation>Proben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Export…</source>
      <translation>Exportieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Watch folder…</source>
      <translation>Ordner überwachen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Index folder…</source>
      <translation>Ordner indizieren…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Search the answers</source>
      <translation>Antworten durchsuchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Search file, phase or reason</source>
      <translation>Datei, Phase oder Grund suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Needs review</source>
      <translation>Durchsicht nötig</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>No folder</source>
      <translation>Kein Ordner</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Choose a folder to answer all of its patterns in the background.</source>
      <translation>Wählen Sie einen Ordner, um alle seine Beugungsbilder im Hintergrund auszuwerten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Show only unknown patterns, disagreement, and answers below 80 % without a label</source>
      <translation>Nur unbekannte Beugungsbilder, Widersprüche und Antworten unter 80 % ohne Label zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Group by specimen</source>
      <translation>Nach Probe gruppieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Scale of the patterns</source>
      <translation>Maßstab der Beugungsbilder</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Where the scale of the patterns comes from</source>
      <translation>Woher der Maßstab der Beugungsbilder kommt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Progress of the run</source>
      <translation>Fortschritt der Auswertung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Scale: from each file</source>
      <translation>Maßstab: aus jeder Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Scale: as the pattern shown</source>
      <translation>Maßstab: wie das gezeigte Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Specimen</source>
      <translation>Probe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Together</source>
      <translation>Gemeinsam</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>sure</source>
      <translation>sicher</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>also</source>
      <translation>auch</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Stop; what is answered is kept</source>
      <translation>Anhalten; was ausgewertet ist, bleibt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Save the answers as a table or a page</source>
      <translation>Die Antworten als Tabelle oder Seite speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Answer new files as they are written</source>
      <translation>Neue Dateien auswerten, sobald sie geschrieben sind</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Enter opens a pattern, Y accepts its answer, Z corrects it, J goes on to review.</source>
      <translation>Eingabe öffnet ein Beugungsbild, Y nimmt seine Antwort an, Z korrigiert sie, J geht zur nächsten Durchsicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>Scale: {name}</source>
      <translation>Maßstab: {name}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/folder_page.py" />
      <source>{len} answers, {review} to review, {labelled} labelled</source>
      <translation>{len} Antworten, {review} zur Durchsicht, {labelled} mit Label</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/frame_strip.py" />
      <source>Frames of the file</source>
      <translation>Einzelbilder der Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/frame_strip.py" />
      <source>Frame</source>
      <translation>Einzelbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/frame_strip.py" />
      <source>Number of the frame</source>
      <translation>Nummer des Einzelbilds</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/frame_strip.py" />
      <source>Scan and map…</source>
      <translation>Scan und Karte…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/frame_strip.py" />
      <source>Small pictures of the frames</source>
      <translation>Kleine Bilder der Einzelbilder</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/frame_strip.py" />
      <source>of {n_frames}</source>
      <translation>von {n_frames}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/frame_strip.py" />
      <source>Virtual image of the scan, all frames indexed, a phase map</source>
      <translation>Virtuelles Bild des Scans, alle Einzelbilder indiziert, eine Phasenkarte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/help_window.py" />
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/help_window.py" />
      <source>Help pages</source>
      <translation>Hilfeseiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/help_window.py" />
      <source>Help page</source>
      <translation>Hilfeseite</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/help_window.py" />
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/help_window.py" />
      <source>Wheel: zoom. Drag: move. Right drag: zoom one way or the other. Double click: fit.</source>
      <translation>Rad: zoomen. Ziehen: verschieben. Rechts ziehen: in eine Richtung zoomen. Doppelklick: einpassen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/help_window.py" />
      <source>In lists: arrows move, Enter opens.</source>
      <translation>In Listen: Pfeile bewegen, Eingabe öffnet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/help_window.py" />
      <source>Mouse</source>
      <translation>Maus</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Search the library</source>
      <translation>Bibliothek durchsuchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Elements…</source>
      <translation>Elemente…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Library</source>
      <translation>Bibliothek</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Its page…</source>
      <translation>Ihre Seite…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Add to candidates</source>
      <translation>Zu den Kandidaten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Save as CIF…</source>
      <translation>Als CIF speichern…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Searched: {words}. Which elements, which libraries</source>
      <translation>Gesucht: {words}. Welche Elemente, welche Bibliotheken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Find structures that explain the spots or rings, whatever they are</source>
      <translation>Strukturen finden, die die Reflexe oder Ringe erklären, welche es auch seien</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Show the candidates</source>
      <translation>Die Kandidaten zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Show what the library has</source>
      <translation>Zeigen, was die Bibliothek hat</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Cell, sites, spacings, zone-axis patterns</source>
      <translation>Zelle, Atompositionen, Netzebenenabstände, Zonenachsenbilder</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Consider it from now on</source>
      <translation>Von nun an betrachten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_bar.py" />
      <source>Save its structure</source>
      <translation>Ihre Struktur speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>All may be</source>
      <translation>Alle möglich</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>None may be</source>
      <translation>Keines möglich</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Add library…</source>
      <translation>Bibliothek hinzufügen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>From CIF files…</source>
      <translation>Aus CIF-Dateien…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>The open patterns show one specimen</source>
      <translation>Die geöffneten Beugungsbilder zeigen eine Probe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Elements of the specimen: Fe Cr C</source>
      <translation>Elemente der Probe: Fe Cr C</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Elements of the specimen</source>
      <translation>Elemente der Probe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Press Enter: these may be in a structure, all others not. A phase need not hold all.</source>
      <translation>Eingabetaste: Diese können in einer Struktur sein, alle anderen nicht. Eine Phase muss nicht alle enthalten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Search for what explains all answered patterns together; they share camera and scale</source>
      <translation>Nach dem suchen, was alle ausgewerteten Beugungsbilder zusammen erklärt; sie haben Kamera und Maßstab gemeinsam</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Libraries</source>
      <translation>Bibliotheken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Searched: {words}.</source>
      <translation>Gesucht: {words}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Know nothing of the elements (every one may)</source>
      <translation>Nichts über die Elemente wissen (jedes ist möglich)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Start from no element and tick what may be</source>
      <translation>Mit keinem Element beginnen und ankreuzen, was möglich ist</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>A .saedlib file, or drop it here</source>
      <translation>Eine .saedlib-Datei, auch durch Ziehen hierher</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Make a library of a folder of CIF files, or drop it here</source>
      <translation>Aus einem Ordner mit CIF-Dateien eine Bibliothek erstellen, auch durch Ziehen hierher</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Take a library off the list; its file stays</source>
      <translation>Eine Bibliothek von der Liste nehmen; ihre Datei bleibt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Search for the pattern shown</source>
      <translation>Nach dem gezeigten Beugungsbild suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Which elements may be in it?</source>
      <translation>Welche Elemente können enthalten sein?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Click: it must be in it (filled), must not (pale), may (framed). Keys: Y, N, M.</source>
      <translation>Klick: muss (gefüllt), darf nicht (blass), kann enthalten sein (umrahmt). Y, N, M.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Which libraries are searched?</source>
      <translation>Welche Bibliotheken werden durchsucht?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>No element is called {join}.</source>
      <translation>Kein Element heißt {join}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/library_dialog.py" />
      <source>Tick at least one library: with none there is nothing to search.</source>
      <translation>Wählen Sie mindestens eine Bibliothek: Ohne eine gibt es nichts zu durchsuchen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/map_legend.py" />
      <source>Legend of the phase map</source>
      <translation>Legende der Phasenkarte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/measure_layer.py" />
      <source>ratio {ratio}   angle {angle}°</source>
      <translation>Verhältnis {ratio}   Winkel {angle}°</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/measure_layer.py" />
      <source>across the beam: halved</source>
      <translation>über den Strahl hinweg: halbiert</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/measurements_panel.py" />
      <source>Drag between two spots (D), or click two spots (W): what you measure is listed here.</source>
      <translation>Ziehen Sie zwischen zwei Reflexen (D) oder klicken Sie zwei Reflexe an (W): Was Sie messen, steht hier.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/measurements_panel.py" />
      <source>Measurements</source>
      <translation>Messungen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/measurements_panel.py" />
      <source>Save table…</source>
      <translation>Speichern…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/measurements_panel.py" />
      <source>Remove the measurements chosen</source>
      <translation>Die gewählten Messungen entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/measurements_panel.py" />
      <source>Save the table as CSV</source>
      <translation>Die Tabelle als CSV speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/number_field.py" />
      <source>{name}: this is no number that makes sense</source>
      <translation>{name}: Das ist keine sinnvolle Zahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Choose the tool (2), click two spots: what fits their lengths and their angle is listed.</source>
      <translation>Wählen Sie das Werkzeug (2) und klicken Sie zwei Reflexe an: Was zu ihren Längen und ihrem Winkel passt, wird aufgelistet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Phases whose pairs are listed</source>
      <translation>Phasen, deren Paare aufgelistet werden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Of the phases considered</source>
      <translation>Der betrachteten Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Of all phases of the program and of yours</source>
      <translation>Aller Phasen des Programms und Ihrer eigenen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Pairs of reflections that fit two spots</source>
      <translation>Reflexpaare, die zu zwei Reflexen passen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Click two spots</source>
      <translation>Zwei Reflexe anklicken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Index so</source>
      <translation>So indizieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Index by two spots (2)</source>
      <translation>Mit zwei Reflexen indizieren (2)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Keep this as a candidate by hand</source>
      <translation>Dies als Kandidaten von Hand behalten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pairs_panel.py" />
      <source>Remove the candidate by hand</source>
      <translation>Den Kandidaten von Hand entfernen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/pattern_view.py" />
      <source>Wheel zooms, dragging moves, F shows the whole pattern.</source>
      <translation>Das Rad zoomt, Ziehen verschiebt, F zeigt das ganze Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/periodic_table.py" />
      <source>is in the structure</source>
      <translation>ist in der Struktur</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/periodic_table.py" />
      <source>may be in the structure</source>
      <translation>kann in der Struktur sein</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/periodic_table.py" />
      <source>is not in the structure</source>
      <translation>ist nicht in der Struktur</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/periodic_table.py" />
      <source>Periodic table</source>
      <translation>Periodensystem</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/periodic_table.py" />
      <source>{words}. Arrows move, Y, N and M tick.</source>
      <translation>{words}. Pfeile bewegen, Y, N und M wählen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Mult.</source>
      <translation>Mult.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Intensity</source>
      <translation>Intensität</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Element</source>
      <translation>Element</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Occupancy</source>
      <translation>Besetzung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>{label} – structure</source>
      <translation>{label} – Struktur</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Structure of {label}</source>
      <translation>Struktur von {label}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Lattice spacings</source>
      <translation>Netzebenenabstände</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Atom sites</source>
      <translation>Atompositionen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Zone axes</source>
      <translation>Zonenachsen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Spacings</source>
      <translation>Abstände</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Sites</source>
      <translation>Atome</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Consider this structure from now on</source>
      <translation>Diese Struktur von nun an betrachten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/phase_window.py" />
      <source>Save the structure as a CIF file</source>
      <translation>Die Struktur als CIF-Datei speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>no data in the file</source>
      <translation>keine Daten in der Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>hot and dead pixels</source>
      <translation>heiße und tote Pixel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>frame of the picture</source>
      <translation>Rahmen des Bilds</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>text and bars</source>
      <translation>Schrift und Balken</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>beam stop</source>
      <translation>Strahlfänger</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>painted by you</source>
      <translation>von Ihnen gemalt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>background</source>
      <translation>Untergrund</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>brightest spot</source>
      <translation>hellster Reflex</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>direct beam</source>
      <translation>Primärstrahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Friedel pairs</source>
      <translation>Friedel-Paare</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>lattice</source>
      <translation>Gitter</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>rings</source>
      <translation>Ringe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Found from {center_method}, ± {number} px.</source>
      <translation>Gefunden durch {center_method}, ± {number} px.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>As found</source>
      <translation>Wie gefunden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Bright spots</source>
      <translation>Helle Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Dark spots</source>
      <translation>Dunkle Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Set by you. Undo, or find everything again, to drop it.</source>
      <translation>Von Ihnen gesetzt. Rückgängig oder „Alles neu suchen“ verwirft es.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Direct beam, x in pixels</source>
      <translation>Primärstrahl, x in Pixeln</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Direct beam, y in pixels</source>
      <translation>Primärstrahl, y in Pixeln</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Contrast of the spots</source>
      <translation>Kontrast der Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Width of the brush</source>
      <translation>Breite des Pinsels</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Elliptical distortion in percent</source>
      <translation>Elliptische Verzerrung in Prozent</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Direction of the long axis</source>
      <translation>Richtung der langen Achse</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Use the ellipse found</source>
      <translation>Gefundene Ellipse verwenden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Find everything again</source>
      <translation>Alles neu suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Set in the image</source>
      <translation>Im Bild setzen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Spots are</source>
      <translation>Reflexe sind</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Brush width</source>
      <translation>Pinselbreite</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>{kind_sentence} {len} spots besides the beam.</source>
      <translation>{kind_sentence} {len} Reflexe außer dem Strahl.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Or at ({value:.0f}, {value_2:.0f}), {number} %</source>
      <translation>Oder bei ({value:.0f}, {value_2:.0f}), {number} %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Undo the distortion that the candidate or rings show</source>
      <translation>Die Verzerrung korrigieren, die Kandidat oder Ringe zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Drop all corrections above</source>
      <translation>Alle Korrekturen oben verwerfen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Direct beam</source>
      <translation>Primärstrahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Click or drag the direct beam (C)</source>
      <translation>Den Primärstrahl anklicken oder ziehen (C)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Ellipse</source>
      <translation>Ellipse</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>% along</source>
      <translation>% entlang</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Left out of the analysis</source>
      <translation>Von der Auswertung ausgenommen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Brush</source>
      <translation>Pinsel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Paint what is to be left out (N)</source>
      <translation>Malen, was ausgenommen werden soll (N)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Erase</source>
      <translation>Radierer</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Paint what is to be used after all (E)</source>
      <translation>Malen, was doch ausgewertet werden soll (E)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Polygon</source>
      <translation>Polygon</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Click corners; a double click leaves the inside out (Q)</source>
      <translation>Ecken anklicken; ein Doppelklick nimmt das Innere aus (Q)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>{number} % of the image, tinted when the mask is shown (M).</source>
      <translation>{number} % des Bilds, eingefärbt, wenn die Maske gezeigt wird (M).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Nothing: no beam stop, text or bad pixels were found.</source>
      <translation>Nichts: Weder Strahlfänger noch Schrift oder schlechte Pixel wurden gefunden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/prepare_panel.py" />
      <source>Take the direct beam to be there</source>
      <translation>Annehmen, dass der Primärstrahl dort ist</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/probability_bars.py" />
      <source>Probabilities</source>
      <translation>Wahrscheinlichkeiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/profile_view.py" />
      <source>Radial profile</source>
      <translation>Radiales Profil</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/profile_view.py" />
      <source>Distance from the beam, {name}</source>
      <translation>Abstand vom Primärstrahl, {name}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/profile_view.py" />
      <source>log brightness</source>
      <translation>log Helligkeit</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/readout.py" />
      <source>{value} {unit} per pixel</source>
      <translation>{value} {unit} je Pixel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/reason_bars.py" />
      <source>What decided?</source>
      <translation>Was gab den Ausschlag?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/ring_table.py" />
      <source>d measured, Å</source>
      <translation>d gemessen, Å</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/ring_table.py" />
      <source>d computed, Å</source>
      <translation>d berechnet, Å</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/ring_table.py" />
      <source>Rings</source>
      <translation>Ringe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/ring_table.py" />
      <source>What are the rings?</source>
      <translation>Was sind die Ringe?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_map_view.py" />
      <source>Map of the scan</source>
      <translation>Karte des Scans</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_map_view.py" />
      <source>A click shows the pattern of a place; arrow keys go from place to place.</source>
      <translation>Ein Klick zeigt das Beugungsbild einer Stelle; Pfeiltasten gehen von Stelle zu Stelle.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Scan and map</source>
      <translation>Scan und Karte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>What the map shows</source>
      <translation>Was die Karte zeigt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Detector of the virtual image</source>
      <translation>Detektor des virtuellen Bilds</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Inner radius of the ring in pixels</source>
      <translation>Innerer Radius des Rings in Pixeln</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Outer radius in pixels</source>
      <translation>Äußerer Radius in Pixeln</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Frames in a row of the scan</source>
      <translation>Einzelbilder in einer Zeile des Scans</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Where the file does not say how wide the scan is</source>
      <translation>Wo die Datei nicht sagt, wie breit der Scan ist</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Progress of the virtual image</source>
      <translation>Fortschritt des virtuellen Bilds</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>How phases are shaded</source>
      <translation>Wie Phasen schattiert werden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Index all frames</source>
      <translation>Alle Einzelbilder indizieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Save picture…</source>
      <translation>Bild speichern…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Detector</source>
      <translation>Detektor</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Outer radius</source>
      <translation>Äußerer Radius</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Inner radius</source>
      <translation>Innerer Radius</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Frames in a row</source>
      <translation>Bilder je Zeile</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Scan and map: {name}</source>
      <translation>Scan und Karte: {name}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Stop computing the virtual image</source>
      <translation>Die Berechnung des virtuellen Bilds anhalten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Answer every frame in the background; what is answered is kept and resumed</source>
      <translation>Jedes Einzelbild im Hintergrund auswerten; Ausgewertetes bleibt und wird fortgesetzt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>The map with its legend as PNG</source>
      <translation>Die Karte mit Legende als PNG</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>A line for each place as CSV</source>
      <translation>Eine Zeile je Stelle als CSV</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Map</source>
      <translation>Karte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Virtual image</source>
      <translation>Virtuelles Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Bright field (disc)</source>
      <translation>Hellfeld (Scheibe)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Dark field (ring)</source>
      <translation>Dunkelfeld (Ring)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Plain colours</source>
      <translation>Reine Farben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Darker where less probable</source>
      <translation>Dunkler, wo weniger wahrscheinlich</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/scan_window.py" />
      <source>Over the virtual image</source>
      <translation>Über dem virtuellen Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>As the desktop</source>
      <translation>Wie das System</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Settings</source>
      <translation>Einstellungen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Theme</source>
      <translation>Erscheinungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Language</source>
      <translation>Sprache</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Unit of readouts</source>
      <translation>Einheit der Anzeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Colours of the image</source>
      <translation>Farben des Bilds</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>As many as fit</source>
      <translation>So viele wie passen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Processes of a folder run</source>
      <translation>Prozesse einer Ordner-Auswertung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Copy what is open every</source>
      <translation>Offenes sichern alle</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Name structures of the library that fit as well</source>
      <translation>Strukturen der Bibliothek nennen, die ebenso passen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Answers</source>
      <translation>Antworten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Text follows the size that your desktop has set.</source>
      <translation>Die Schrift richtet sich nach der Größe, die im System eingestellt ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/settings_dialog.py" />
      <source>Log files: {log_folder}</source>
      <translation>Protokolldateien: {log_folder}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Phases to consider</source>
      <translation>Betrachtete Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Find a phase</source>
      <translation>Phase suchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>All</source>
      <translation>Alle</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>None</source>
      <translation>Keine</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>The network's</source>
      <translation>Die des Netzes</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Add CIF…</source>
      <translation>CIF hinzufügen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Save set</source>
      <translation>Satz speichern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Delete set</source>
      <translation>Satz löschen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Add…</source>
      <translation>Hinzufügen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Phase sets</source>
      <translation>Phasensätze</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Network</source>
      <translation>Netz</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>No network: indexing alone</source>
      <translation>Kein Netz: die Indizierung allein</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Tick the phases that the network knows</source>
      <translation>Die Phasen ankreuzen, die das Netz kennt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Or drop CIF files on the window</source>
      <translation>Oder CIF-Dateien auf das Fenster ziehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Remove a phase that you added</source>
      <translation>Eine Phase entfernen, die Sie hinzugefügt haben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Trained on what, measured how</source>
      <translation>Worauf trainiert, wie gemessen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Or drop a .saednet file on the window</source>
      <translation>Oder eine .saednet-Datei auf das Fenster ziehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Remove a network that you added</source>
      <translation>Ein Netz entfernen, das Sie hinzugefügt haben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Name of a set</source>
      <translation>Name eines Satzes</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Which phases are considered?</source>
      <translation>Welche Phasen werden betrachtet?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Which network is used?</source>
      <translation>Welches Netz wird verwendet?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source> (default)</source>
      <translation> (Vorgabe)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/setup_panel.py" />
      <source>Spots and crystals decide, nothing that was trained.</source>
      <translation>Reflexe und Kristalle entscheiden, nichts Trainiertes.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulated_view.py" />
      <source>Simulated pattern</source>
      <translation>Simuliertes Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulated_view.py" />
      <source>Dragging turns it, dragging with Shift tilts the crystal.</source>
      <translation>Ziehen dreht es, Ziehen mit Umschalt kippt den Kristall.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Orange is measured only, blue is computed only.</source>
      <translation>Orange ist nur gemessen, Blau nur berechnet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Simulate</source>
      <translation>Simulieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Beam direction, zone axis or real numbers</source>
      <translation>Strahlrichtung, Zonenachse oder reelle Zahlen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>A zone axis such as 1 1 0 or 0001, or any direction: 1.02 1 0.1</source>
      <translation>Eine Zonenachse wie 1 1 0 oder 0001 oder eine beliebige Richtung: 1.02 1 0.1</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Turn of the pattern in degrees</source>
      <translation>Drehung des Beugungsbilds in Grad</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Tilt off the direction in degrees</source>
      <translation>Kippung aus der Richtung in Grad</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Direction of the tilt axis in degrees</source>
      <translation>Richtung der Kippachse in Grad</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Thickness in nm</source>
      <translation>Dicke in nm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Method</source>
      <translation>Verfahren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>What is shown on the left</source>
      <translation>Was links gezeigt wird</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Draw it over the pattern</source>
      <translation>Über das Beugungsbild zeichnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>As the candidate</source>
      <translation>Wie der Kandidat</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Best fit to this pattern</source>
      <translation>Beste Anpassung an dieses Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Take phase and orientation over</source>
      <translation>Phase und Orientierung übernehmen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Turn and tilt it so that it explains the spots</source>
      <translation>So drehen und kippen, dass es die Reflexe erklärt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Beam along</source>
      <translation>Strahl entlang</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Turn</source>
      <translation>Drehung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Tilt</source>
      <translation>Kippung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Tilt axis</source>
      <translation>Kippachse</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Thickness</source>
      <translation>Dicke</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Energy</source>
      <translation>Energie</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>What is computed</source>
      <translation>Was berechnet wird</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Kinematical</source>
      <translation>Kinematisch</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Bloch waves</source>
      <translation>Bloch-Wellen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Simulation</source>
      <translation>Simulation</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/simulation_window.py" />
      <source>Difference: measured less computed</source>
      <translation>Differenz: gemessen weniger berechnet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>{counted}, {matched} matched, {value} unmatched</source>
      <translation>{counted}, {matched} erklärt, {value} unerklärt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>All spots</source>
      <translation>Alle Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>Edit spots</source>
      <translation>Bearbeiten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>Restore all</source>
      <translation>Alle zurück</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>Click adds, drag moves (Shift+S)</source>
      <translation>Klicken fügt hinzu, Ziehen verschiebt (Umschalt+S)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>Remove the spots chosen (Delete)</source>
      <translation>Die gewählten Reflexe entfernen (Entf)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>Take back what was changed by hand</source>
      <translation>Zurücknehmen, was von Hand geändert wurde</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spot_list_panel.py" />
      <source>{words}, {by_hand} by hand.</source>
      <translation>{words}, {by_hand} von Hand.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>{n} reflection</source>
      <translation>{n} Reflex</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>{n} reflections</source>
      <translation>{n} Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>, along {beam}</source>
      <translation>, entlang {beam}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>{found} matched, {missing} missing, {counted} left. Beam {number}° off the zone axis{beam}; ellipse {number_2} %.</source>
      <translation>{found} erklärt, {missing} nicht gesehen, {counted} übrig. Strahl {number}° neben der Zonenachse{beam}; Ellipse {number_2} %.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>found, Å</source>
      <translation>gefunden, Å</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>off, px</source>
      <translation>Abw., px</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>Weight</source>
      <translation>Gewicht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>Hide parts of the evidence in turn and ask again (H)</source>
      <translation>Einen Teil der Hinweise nach dem anderen verdecken und erneut fragen (H)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>There is no candidate whose reflections could be shown.</source>
      <translation>Es gibt keinen Kandidaten, dessen Reflexe gezeigt werden könnten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_panel.py" />
      <source>missing</source>
      <translation>fehlt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_tab.py" />
      <source>Which table</source>
      <translation>Welche Tabelle</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_tab.py" />
      <source>Reflections of the candidate</source>
      <translation>Reflexe des Kandidaten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/spots_tab.py" />
      <source>Index by two spots</source>
      <translation>Mit zwei Reflexen indizieren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/start_page.py" />
      <source>Open patterns…</source>
      <translation>Beugungsbilder öffnen…</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/start_page.py" />
      <source>Show an example</source>
      <translation>Beispiel zeigen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/start_page.py" />
      <source>Drop a diffraction pattern here</source>
      <translation>Ziehen Sie ein Beugungsbild hierher</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/start_page.py" />
      <source>DM3, DM4, EMD, SER, MRC, TVIPS, BLO, MIB, HSPY, TIFF, PNG, JPEG or BMP. The program finds the spots, names the phase and the zone axis, and shows why. Drop a folder to answer all of its patterns.</source>
      <translation>DM3, DM4, EMD, SER, MRC, TVIPS, BLO, MIB, HSPY, TIFF, PNG, JPEG oder BMP. Das Programm findet die Reflexe, nennt Phase und Zonenachse und zeigt, warum. Ziehen Sie einen Ordner hierher, um alle seine Beugungsbilder auszuwerten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_view.py" />
      <source>Tilt map</source>
      <translation>Kippkarte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_view.py" />
      <source>Arrow keys go from zone axis to zone axis, plus and minus zoom, F shows all of it.</source>
      <translation>Pfeiltasten gehen von Zonenachse zu Zonenachse, Plus und Minus zoomen, F zeigt alles.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>α of the goniometer for this pattern in degrees</source>
      <translation>α des Goniometers für dieses Beugungsbild in Grad</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>β of the goniometer for this pattern in degrees</source>
      <translation>β des Goniometers für dieses Beugungsbild in Grad</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Direction of the α axis in the image in degrees, clockwise</source>
      <translation>Richtung der α-Achse im Bild in Grad, im Uhrzeigersinn</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Direction of the holder's rod in the image: 0° to the right, 90° downwards</source>
      <translation>Richtung der Halterstange im Bild: 0° nach rechts, 90° nach unten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>How far α tilts in degrees</source>
      <translation>Wie weit α kippt, in Grad</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>How far β tilts in degrees</source>
      <translation>Wie weit β kippt, in Grad</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>α reversed</source>
      <translation>α umgekehrt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>β reversed</source>
      <translation>β umgekehrt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Crystal turned by 180° about the beam</source>
      <translation>Kristall um 180° um den Strahl gedreht</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>A spot pattern looks the same; tilting tells the two apart</source>
      <translation>Ein Punktdiagramm sieht gleich aus; Kippen unterscheidet die beiden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Find the α axis from two patterns</source>
      <translation>α-Achse aus zwei Beugungsbildern</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Zone axis to go to</source>
      <translation>Zonenachse, zu der gekippt wird</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>A zone axis such as 1 1 2, [110] or 0001</source>
      <translation>Eine Zonenachse wie 1 1 2, [110] oder 0001</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Kind of map</source>
      <translation>Art der Karte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Where the zone axis is</source>
      <translation>Wo die Zonenachse liegt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>α axis in the image</source>
      <translation>α-Achse im Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>A positive {name} turns left-handed about its axis</source>
      <translation>Ein positives {name} dreht linkshändig um seine Achse</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Uses the tilts that you gave for two patterns of this crystal</source>
      <translation>Nutzt die Kippungen, die Sie für zwei Beugungsbilder dieses Kristalls angegeben haben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Away, °</source>
      <translation>Weg, °</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>This pattern</source>
      <translation>Dieses Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Where is</source>
      <translation>Wo liegt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Goniometer</source>
      <translation>Goniometer</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>α to ±</source>
      <translation>α bis ±</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>β to ±</source>
      <translation>β bis ±</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Spots alone leave open which of two orientations this is. If a tilt leads the wrong way, turn the crystal by 180°.</source>
      <translation>Die Reflexe allein lassen offen, welche von zwei Orientierungen dies ist. Führt eine Kippung in die falsche Richtung, drehen Sie den Kristall um 180°.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Tilts of the goniometer</source>
      <translation>Kippungen des Goniometers</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>Stereographic projection</source>
      <translation>Stereographische Projektion</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/tilt_map_window.py" />
      <source>out of reach</source>
      <translation>unerreichbar</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>{value:.1f} % right (95 % interval {value_2:.1f} to {value_3:.1f} %)</source>
      <translation>{value:.1f} % richtig (95-%-Intervall {value_2:.1f} bis {value_3:.1f} %)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>{title}: {right} of {total} labelled patterns answered right. </source>
      <translation>{title}: {right} von {total} Beugungsbildern mit Label richtig beantwortet. </translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Mean over the phases: {value:.1f} %. </source>
      <translation>Mittel über die Phasen: {value:.1f} %. </translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Nothing could be compared</source>
      <translation>Nichts konnte verglichen werden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Where network and indexing agree ({total} patterns): {value:.1f} %. </source>
      <translation>Wo Netz und Indizierung übereinstimmen ({total} Beugungsbilder): {value:.1f} %. </translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>{len} labelled files could not be answered.</source>
      <translation>{len} Dateien mit Label konnten nicht ausgewertet werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Validation</source>
      <translation>Prüfung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Confusion matrix: rows are labels, columns are answers</source>
      <translation>Konfusionsmatrix: Zeilen sind Labels, Spalten sind Antworten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Wrong answers</source>
      <translation>Falsche Antworten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Rows: your labels. Columns: the answers.</source>
      <translation>Zeilen: Ihre Labels. Spalten: die Antworten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/validation_window.py" />
      <source>Wrong answers, the surest first</source>
      <translation>Falsche Antworten, die sichersten zuerst</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/verdict_card.py" />
      <source>Try again</source>
      <translation>Erneut versuchen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/verdict_card.py" />
      <source>Open one to see what it shows.</source>
      <translation>Öffnen Sie eines, um zu sehen, was es zeigt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/verdict_card.py" />
      <source>This file cannot be read</source>
      <translation>Diese Datei ist nicht lesbar</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/verdict_card.py" />
      <source>There is no answer</source>
      <translation>Es gibt keine Antwort</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/verdict_card.py" />
      <source>Give up reading this file</source>
      <translation>Das Lesen dieser Datei aufgeben</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/verdict_card.py" />
      <source>Read this file once more</source>
      <translation>Diese Datei noch einmal lesen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/verdict_card.py" />
      <source>Find structures that explain these spots</source>
      <translation>Strukturen finden, die diese Reflexe erklären</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/widgets.py" />
      <source>Clear</source>
      <translation>Leeren</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/zone_picture.py" />
      <source>Simulated pattern along {label}</source>
      <translation>Simuliertes Beugungsbild entlang {label}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/views/zone_picture.py" />
      <source>{len} reflections</source>
      <translation>{len} Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/solving/imperfections/weak_spots.py" />
      <source>multiple scattering by other layers, faults, steps or disorder (symmetry forbids a reflection there)</source>
      <translation>Mehrfachstreuung über andere Schichten, Stapelfehler, Stufen oder Unordnung (die Symmetrie verbietet dort einen Reflex)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/solving/imperfections/weak_spots.py" />
      <source>streaks of the next layer (faults, steps, a thin crystal)</source>
      <translation>Streifen der nächsten Schicht (Stapelfehler, Stufen, ein dünner Kristall)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/solving/imperfections/weak_spots.py" />
      <source>reflections of the zone far from the Ewald sphere (a thin or bent crystal)</source>
      <translation>Reflexe der Zone weit von der Ewald-Kugel (ein dünner oder verbogener Kristall)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>triclinic</source>
      <translation>triklin</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>monoclinic</source>
      <translation>monoklin</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>orthorhombic</source>
      <translation>orthorhombisch</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>tetragonal</source>
      <translation>tetragonal</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>trigonal</source>
      <translation>trigonal</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>hexagonal</source>
      <translation>hexagonal</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>cubic</source>
      <translation>kubisch</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>By its spot lattice alone: {systems}; likeliest space groups {groups}. One projection does not show the period along the beam, so another zone may decide.</source>
      <translation>Nach dem Reflexgitter allein: {systems}; wahrscheinlichste Raumgruppen {groups}. Eine Projektion zeigt die Periode entlang des Strahls nicht, eine andere Zone kann also entscheiden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>{names} or {last}</source>
      <translation>{names} oder {last}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>{groups} ({percent} % together)</source>
      <translation>{groups} (zusammen {percent} %)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>{system} ({percent} %)</source>
      <translation>{system} ({percent} %)</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>By the spot lattices of {zones} zones alone: {systems}; likeliest space groups {groups}.</source>
      <translation>Nach den Reflexgittern von {zones} Zonen allein: {systems}; wahrscheinlichste Raumgruppen {groups}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/lattice_sentences.py" />
      <source>{names} or another</source>
      <translation>{names} oder ein anderes</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{crystal} explains {matched} of {rings}; {count} expected ones are missing.</source>
      <translation>{crystal} erklärt {matched} von {rings}; {count} erwartete fehlen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{crystal} explains {rings} beside it, {share:.0f} % of the brightness.</source>
      <translation>{crystal} erklärt daneben {rings}, {share:.0f} % der Helligkeit.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{rings}, at {places} Å, fit no candidate.</source>
      <translation>{rings}, bei {places} Å, passen zu keinem Kandidaten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>The rings fit {phases} as well.</source>
      <translation>Die Ringe passen ebenso zu {phases}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>Too few rings to decide: {rings} can be measured.</source>
      <translation>Zu wenige Ringe für eine Entscheidung: Messbar sind {rings}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{crystal} fits {matched} of {rings}, but so would many other crystals ({percent:.0f} % that it is one of the candidates).</source>
      <translation>{crystal} passt zu {matched} von {rings}, viele andere Kristalle aber auch ({percent:.0f} %, dass es einer der Kandidaten ist).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>No candidate phase explains the rings.</source>
      <translation>Keine betrachtete Phase erklärt die Ringe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>On the stated scale no candidate fits; by ratios alone {crystal} would, if the scale were {factor:.3g} times the stated one: check the calibration.</source>
      <translation>Auf dem angegebenen Maßstab passt kein Kandidat; allein nach den Verhältnissen passte {crystal}, wenn der Maßstab das {factor:.3g}-Fache des angegebenen wäre: Kalibrierung prüfen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>Rings tell the lattice, hardly the elements: every crystal of the structure type of {phase} with a = {a} Å gives such rings. The elements (EDS), or a better scale, would decide.</source>
      <translation>Ringe verraten das Gitter, kaum die Elemente: Jeder Kristall vom Strukturtyp von {phase} mit a = {a} Å gibt solche Ringe. Die Elemente (EDS) oder ein genauerer Maßstab würden entscheiden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>The grains of {phase} have [{axis}] along the beam: only planes parallel to it give rings.</source>
      <translation>Die Körner von {phase} haben [{axis}] entlang des Strahls: Nur dazu parallele Netzebenen geben Ringe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>The grains of {phase} measure {size:.2g} nm or more by the width of the rings (Scherrer; the instrument's own width is in it).</source>
      <translation>Die Körner von {phase} messen nach der Breite der Ringe mindestens {size:.2g} nm (Scherrer; die Breite des Instruments ist enthalten).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>The halo's maxima lie at {places} 1/nm.</source>
      <translation>Die Maxima des Halos liegen bei {places} 1/nm.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>1 ring</source>
      <translation>1 Ring</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{count} rings</source>
      <translation>{count} Ringe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{crystal} explains {matched} of {rings}; no expected one is missing.</source>
      <translation>{crystal} erklärt {matched} von {rings}; kein erwarteter fehlt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{crystal} explains {matched} of {rings}; 1 expected one is missing.</source>
      <translation>{crystal} erklärt {matched} von {rings}; 1 erwarteter fehlt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{rings} fit no candidate.</source>
      <translation>{rings} passen zu keinem Kandidaten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{rings}, at {places} Å, fits no candidate.</source>
      <translation>{rings}, bei {places} Å, passt zu keinem Kandidaten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>If the scale is right, it is another crystal like that with a = {a:.3f} Å.</source>
      <translation>Stimmt der Maßstab, ist es ein anderer solcher Kristall mit a = {a:.3f} Å.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>Without a scale only ratios are known: every crystal of the structure type of {phase} gives such rings, whatever its elements. A scale, or the elements (EDS), would decide.</source>
      <translation>Ohne Maßstab sind nur Verhältnisse bekannt: Jeder Kristall vom Strukturtyp von {phase} gibt solche Ringe, aus welchen Elementen er auch besteht. Ein Maßstab oder die Elemente (EDS) würden entscheiden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>Its scale is not known, so the maxima have no lengths.</source>
      <translation>Der Maßstab ist nicht bekannt, deshalb haben die Maxima keine Längen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/ring_sentences.py" />
      <source>{rings} fits no candidate.</source>
      <translation>{rings} passt zu keinem Kandidaten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>A single-crystal spot pattern.</source>
      <translation>Punktdiagramm eines Einkristalls.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>A ring pattern of many small crystals.</source>
      <translation>Ringdiagramm vieler kleiner Kristalle.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Spots of a larger crystal on the rings of many small ones.</source>
      <translation>Reflexe eines größeren Kristalls auf den Ringen vieler kleiner.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The diffuse halo of an amorphous material.</source>
      <translation>Der diffuse Halo eines amorphen Materials.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Large disks of a convergent beam: positions alone cannot be indexed.</source>
      <translation>Große Scheiben eines konvergenten Strahls: Aus Positionen allein ist nicht zu indizieren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Too few spots to tell a lattice, as in a two-beam condition.</source>
      <translation>Zu wenige Reflexe für ein Gitter, wie im Zweistrahlfall.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>No diffraction could be made out.</source>
      <translation>Es war keine Beugung auszumachen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>No orientation of any candidate phase explains the spots.</source>
      <translation>Keine Orientierung einer betrachteten Phase erklärt die Reflexe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The pattern looks like none of the known phases, and none explains its spots.</source>
      <translation>Das Beugungsbild gleicht keiner der bekannten Phasen, und keine erklärt seine Reflexe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>A plate of some fcc crystal along [111], with the weak 1/3{422} spots of faults or steps, explains the spots as well as any candidate or better.</source>
      <translation>Eine Platte eines fcc-Kristalls entlang [111], mit den schwachen 1/3{422}-Reflexen von Stapelfehlern oder Stufen, erklärt die Reflexe ebenso gut wie jeder Kandidat oder besser.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Most of the reflections that it should show are missing.</source>
      <translation>Die meisten Reflexe, die sie zeigen müsste, fehlen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The probability is among the candidate phases only.</source>
      <translation>Die Wahrscheinlichkeit gilt nur unter den betrachteten Phasen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Too few spots to index.</source>
      <translation>Zu wenige Reflexe zum Indizieren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>By indexing alone: no network was asked.</source>
      <translation>Nach der Indizierung allein: Es wurde kein Netz gefragt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>By indexing alone: the network has learnt nothing like this pattern.</source>
      <translation>Nach der Indizierung allein: Nichts, was das Netz gelernt hat, sieht so aus.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The answer is the network's alone.</source>
      <translation>Die Antwort stammt vom Netz allein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The network names the same phase.</source>
      <translation>Das Netz nennt dieselbe Phase.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The network names the same phase, not surely enough.</source>
      <translation>Das Netz nennt dieselbe Phase, aber nicht sicher genug.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The network speaks against it.</source>
      <translation>Das Netz spricht dagegen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The network is not sure of any phase.</source>
      <translation>Das Netz ist sich bei keiner Phase sicher.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Only the network tells them apart, and it is not sure.</source>
      <translation>Nur das Netz unterscheidet sie, und es ist nicht sicher.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{twin} on {place}</source>
      <translation>{twin} an {place}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{twin} about {place}</source>
      <translation>{twin} um {place}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>twin</source>
      <translation>Zwilling</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Σ3 twin</source>
      <translation>Σ3-Zwilling</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>twin by half a turn</source>
      <translation>Zwilling durch halbe Drehung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{phase} along {zone}</source>
      <translation>{phase} entlang {zone}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{crystal} explains {matched} of {spots} spots; {count} expected ones are missing.</source>
      <translation>{crystal} erklärt {matched} von {spots} Reflexen; {count} erwartete fehlen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>Its {law} explains {matched} more.</source>
      <translation>Sein {law} erklärt {matched} weitere.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>A further crystal, {crystal}, explains {matched} more.</source>
      <translation>Ein weiterer Kristall, {crystal}, erklärt {matched} weitere.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{count} weak spots lie where {cause} can put them.</source>
      <translation>{count} schwache Reflexe liegen dort, wohin sie Folgendes bringen kann: {cause}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>By position alone, {sentence}</source>
      <translation>Nach den Positionen allein: {sentence}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{crystal} fits the spots, but so would many other crystals ({percent} that it is one of the candidates).</source>
      <translation>{crystal} passt zu den Reflexen, viele andere Kristalle aber auch ({percent}, dass es einer der Kandidaten ist).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>With {spots} spots found, the right structure would explain them: it is probably not on your list.</source>
      <translation>Die richtige Struktur würde die {spots} gefundenen Reflexe erklären: Sie steht wahrscheinlich nicht auf Ihrer Liste.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The pattern looks like none of the phases that the network knows ({percent}).</source>
      <translation>Das Beugungsbild gleicht keiner der Phasen, die das Netz kennt ({percent}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The spots fit {phases} as well.</source>
      <translation>Die Reflexe passen ebenso zu {phases}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>So says the network; the spots alone speak for {phase}: look at both.</source>
      <translation>So sagt es das Netz; die Reflexe allein sprechen für {phase}: Sehen Sie sich beide an.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The network names {phase} instead: look at both before you decide.</source>
      <translation>Das Netz nennt stattdessen {phase}: Sehen Sie sich beide an, bevor Sie entscheiden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>On the stated scale nothing fits; by ratios and angles alone {crystal} would, if the scale were {factor} times the stated one: check the calibration.</source>
      <translation>Mit dem angegebenen Maßstab passt nichts; nach Verhältnissen und Winkeln allein würde {crystal} passen, wenn der Maßstab das {factor}-Fache des angegebenen wäre: Prüfen Sie die Kalibrierung.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The direct beam may be in several places: at {place}, taken here, or at {others}.</source>
      <translation>Der Primärstrahl kann an mehreren Stellen sein: bei {place}, hier angenommen, oder bei {others}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{phases} fit this pattern equally well</source>
      <translation>{phases} passen gleich gut zu diesem Beugungsbild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{phases} fit this pattern equally well, each on a scale of its own; a known scale would separate them.</source>
      <translation>{phases} passen gleich gut zu diesem Beugungsbild, jede mit einem eigenen Maßstab; ein bekannter Maßstab würde sie unterscheiden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{equally_well}; tilting {tilt_deg:.0f}° to {zone} of {phase} would separate them.</source>
      <translation>{equally_well}; Kippen um {tilt_deg:.0f}° zu {zone} von {phase} würde sie unterscheiden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{equally_well}; a longer exposure decides by {planes}.</source>
      <translation>{equally_well}; eine längere Belichtung entscheidet durch {planes}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{equally_well}, and no zone axis within reach separates them; use EDS or the scale.</source>
      <translation>{equally_well}, und keine erreichbare Zonenachse unterscheidet sie; nutzen Sie EDX oder den Maßstab.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{crystal} explains {matched} of {spots} spots; no expected one is missing.</source>
      <translation>{crystal} erklärt {matched} von {spots} Reflexen; kein erwarteter fehlt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{crystal} explains {matched} of {spots} spots; 1 expected one is missing.</source>
      <translation>{crystal} erklärt {matched} von {spots} Reflexen; 1 erwarteter fehlt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>A further grain, {crystal}, explains {matched} more.</source>
      <translation>Ein weiteres Korn, {crystal}, erklärt {matched} weitere.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>1 weak spot lies where {cause} can put it.</source>
      <translation>1 schwacher Reflex liegt dort, wohin ihn Folgendes bringen kann: {cause}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>({x:.0f}, {y:.0f}) px with {percent:.0f} %</source>
      <translation>({x:.0f}, {y:.0f}) px mit {percent:.0f} %</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>The direct beam may be in several places.</source>
      <translation>Der Primärstrahl kann an mehreren Stellen sein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source>{plane} of {phase}</source>
      <translation>{plane} von {phase}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/sentences.py" />
      <source> and </source>
      <translation> und </translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/speech.py" />
      <source>{names} and {last}</source>
      <translation>{names} und {last}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/speech.py" />
      <source>A factor of ten is that between 1/Å and 1/nm: perhaps the unit is wrong.</source>
      <translation>Ein Faktor zehn liegt zwischen 1/Å und 1/nm: Vielleicht stimmt die Einheit nicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>not decided</source>
      <translation>nicht entschieden</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>agree</source>
      <translation>einig</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>network only</source>
      <translation>nur Netz</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>indexing only</source>
      <translation>nur Indizierung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>disagree</source>
      <translation>uneinig</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>cannot be read</source>
      <translation>nicht lesbar</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Spots explained</source>
      <translation>Erklärte Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Spot positions</source>
      <translation>Lage der Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Intensities</source>
      <translation>Intensitäten</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Missing reflections</source>
      <translation>Fehlende Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Forbidden reflections</source>
      <translation>Verbotene Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Scale and distortion</source>
      <translation>Maßstab und Verzerrung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Zone axis and tilt</source>
      <translation>Zonenachse und Kippung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Cell and symmetry</source>
      <translation>Zelle und Symmetrie</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>Prior</source>
      <translation>Vorwissen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>from the file</source>
      <translation>aus der Datei</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>entered or confirmed by you</source>
      <translation>von Ihnen eingegeben oder bestätigt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/wording.py" />
      <source>fitted, not confirmed</source>
      <translation>angepasst, nicht bestätigt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/translation.py" />
      <source>no</source>
      <translation>keine</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/candidate_shares.py" />
      <source>{left} of {total} spots are explained by none of the phases considered: another crystal or phase may be there.</source>
      <translation>{left} von {total} Reflexen erklärt keine der betrachteten Phasen: Vielleicht ist ein anderer Kristall oder eine andere Phase dabei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/candidate_shares.py" />
      <source>Without a scale many crystals that are not considered fit these rings as well.</source>
      <translation>Ohne Maßstab passen zu diesen Ringen ebenso gut viele Kristalle, die nicht betrachtet werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>Rings of an unknown material</source>
      <translation>Ringe eines unbekannten Materials</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>An amorphous material</source>
      <translation>Ein amorphes Material</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>A convergent-beam pattern</source>
      <translation>Ein Beugungsbild mit konvergentem Strahl</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>No diffraction to be seen</source>
      <translation>Keine Beugung zu sehen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>Too few spots</source>
      <translation>Zu wenige Reflexe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>Network and indexing agree.</source>
      <translation>Netz und Indizierung stimmen überein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>The network alone says so.</source>
      <translation>Das sagt das Netz allein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>Indexing alone says so.</source>
      <translation>Das sagt die Indizierung allein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>Network and indexing disagree.</source>
      <translation>Netz und Indizierung widersprechen sich.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>Probability {percent}.</source>
      <translation>Wahrscheinlichkeit {percent}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>{matched} of {total} rings.</source>
      <translation>{matched} von {total} Ringen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>A tie: nothing seen here tells them apart.</source>
      <translation>Unentschieden: Nichts in diesem Bild unterscheidet sie.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>None of these phases: {percent}.</source>
      <translation>Keine dieser Phasen: {percent}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>No phase under consideration explains the rings.</source>
      <translation>Keine betrachtete Phase erklärt die Ringe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>Nothing here can be indexed as one crystal.</source>
      <translation>Hier lässt sich nichts als ein Kristall indizieren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/headline.py" />
      <source>No phase under consideration explains this pattern.</source>
      <translation>Keine betrachtete Phase erklärt dieses Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/judged_reasons.py" />
      <source>In this pattern {likelier} is {factor} times as likely as {other}: the factors multiply to that. They come from the network that compares how well candidates fit. Amber spots speak for {first}, blue ones for {second}.</source>
      <translation>In diesem Beugungsbild ist {likelier} {factor}-mal so wahrscheinlich wie {other}: Das ist das Produkt der Faktoren. Sie kommen von dem Netz, das vergleicht, wie gut Kandidaten passen. Bernsteinfarbene Reflexe sprechen für {first}, blaue für {second}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/judged_reasons.py" />
      <source>{first} and {second} fit equally well.</source>
      <translation>{first} und {second} passen gleich gut.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/lattice_words.py" />
      <source>No sure lattice was found among the spots, so it tells nothing by itself.</source>
      <translation>Unter den Reflexen wurde kein sicheres Gitter gefunden; es sagt also für sich nichts.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/lattice_words.py" />
      <source>If all open patterns are of one crystal, they say together: {words}</source>
      <translation>Falls alle offenen Beugungsbilder denselben Kristall zeigen, sagen sie zusammen: {words}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_choice.py" />
      <source>any elements</source>
      <translation>beliebige Elemente</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_choice.py" />
      <source>with {elements}</source>
      <translation>mit {elements}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_choice.py" />
      <source>without {elements}</source>
      <translation>ohne {elements}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_choice.py" />
      <source>of {elements} only</source>
      <translation>nur aus {elements}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_choice.py" />
      <source>without {elements} and {count} more</source>
      <translation>ohne {elements} und {count} weitere</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>Not among the candidates, but fit as well: {said}.</source>
      <translation>Nicht unter den Kandidaten, passen aber ebenso: {said}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>{phase}: {supporting} of {total} answered patterns agree, {others} show something else: perhaps a second phase.</source>
      <translation>{phase}: {supporting} von {total} beantworteten Aufnahmen stimmen überein, {others} zeigen etwas anderes: vielleicht eine zweite Phase.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>{count} structures</source>
      <translation>{count} Strukturen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>{names} and {more} more</source>
      <translation>{names} und {more} weitere</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>No candidate, but of the library fit: {said}.</source>
      <translation>Kein Kandidat, aber aus der Bibliothek passen: {said}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>Not among the candidates, but fits as well: {said}.</source>
      <translation>Nicht unter den Kandidaten, passt aber ebenso: {said}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>None of the patterns could be answered.</source>
      <translation>Keine der Aufnahmen ließ sich beantworten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>{phase}: {supporting} of {total} answered patterns agree.</source>
      <translation>{phase}: {supporting} von {total} beantworteten Aufnahmen stimmen überein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>{fitting} of {among} suit the rings; the best {judged} are listed.</source>
      <translation>{fitting} von {among} passen zu den Ringen; die besten {judged} sind aufgeführt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>The scale is unknown: {fitting} of {among} have a zone of this shape; the best {judged} are listed.</source>
      <translation>Der Maßstab ist unbekannt: {fitting} von {among} haben eine Zone dieser Form; die besten {judged} sind aufgelistet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source> Its zone axes: {zones}.</source>
      <translation> Ihre Zonenachsen: {zones}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>Searched for {len} patterns together. {said}{seen}</source>
      <translation>Für {len} Beugungsbilder gemeinsam gesucht. {said}{seen}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>None of {among} fits.</source>
      <translation>Keine von {among} passt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>None of {among} has a zone of this size and shape; these fit by ratios and angles alone, on other scales: check the calibration.</source>
      <translation>Keine von {among} hat eine Zone dieser Größe und Form; diese passen allein nach Verhältnissen und Winkeln, mit anderem Maßstab: Prüfen Sie die Kalibrierung.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_search.py" />
      <source>{fitting} of {among} have a zone of this size and shape; the best {judged} are listed.</source>
      <translation>{fitting} von {among} haben eine Zone dieser Größe und Form; die besten {judged} sind aufgelistet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_shelf.py" />
      <source>Bundled: {count} common structures</source>
      <translation>Mitgeliefert: {count} gängige Strukturen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/networks.py" />
      <source>Phases it knows</source>
      <translation>Phasen, die es kennt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/networks.py" />
      <source>What it looks at</source>
      <translation>Worauf es schaut</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/networks.py" />
      <source>&lt;b&gt;Its probabilities are not calibrated:&lt;/b&gt; no labelled patterns were set apart when it was exported. They are likely to be too sure.</source>
      <translation>&lt;b&gt;Seine Wahrscheinlichkeiten sind nicht kalibriert:&lt;/b&gt; Beim Export wurden keine Beugungsbilder mit Label zurückgelegt. Sie sind wahrscheinlich zu sicher.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/networks.py" />
      <source>Hard to tell apart in most zone axes: {groups}.</source>
      <translation>In den meisten Zonenachsen schwer zu unterscheiden: {groups}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/networks.py" />
      <source>How it measured</source>
      <translation>Wie es abschnitt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/networks.py" />
      <source>What it was trained on</source>
      <translation>Worauf es trainiert wurde</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>{number}° off {zone}</source>
      <translation>{number}° neben {zone}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Calibration and geometry</source>
      <translation>Kalibrierung und Geometrie</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>How it was answered</source>
      <translation>Wie die Antwort entstand</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Scale</source>
      <translation>Maßstab</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>{width} × {height} pixels</source>
      <translation>{width} × {height} Pixel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Spots and the reflections of {label} on them</source>
      <translation>Gefundene Reflexe und die Reflexe von {label} auf ihnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Spots and the reflections on them</source>
      <translation>Gefundene Reflexe und die Reflexe auf ihnen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Program</source>
      <translation>Programm</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Phases considered</source>
      <translation>Betrachtete Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Off, 1/Å</source>
      <translation>Abw., 1/Å</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>{scale} 1/Å per pixel</source>
      <translation>{scale} 1/Å je Pixel</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Its source</source>
      <translation>Seine Herkunft</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Its standard uncertainty</source>
      <translation>Seine Standardunsicherheit</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Remark</source>
      <translation>Bemerkung</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Probability of none of these phases</source>
      <translation>Wahrscheinlichkeit für keine dieser Phasen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Beam direction in the crystal</source>
      <translation>Strahlrichtung im Kristall</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Electron energy</source>
      <translation>Elektronenenergie</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Camera length</source>
      <translation>Kameralänge</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Its SHA-256</source>
      <translation>Dessen SHA-256</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>none was asked</source>
      <translation>keines wurde gefragt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>{matched} of {value}</source>
      <translation>{matched} von {value}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/pattern_report.py" />
      <source>Angle, °</source>
      <translation>Winkel, °</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_map.py" />
      <source>not readable</source>
      <translation>nicht lesbar</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_page.py" />
      <source> (No. {number})</source>
      <translation> (Nr. {number})</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_page.py" />
      <source>Structure type</source>
      <translation>Strukturtyp</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_page.py" />
      <source>Volume</source>
      <translation>Volumen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_page.py" />
      <source>Density</source>
      <translation>Dichte</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_page.py" />
      <source>Atoms in the cell</source>
      <translation>Atome in der Zelle</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_page.py" />
      <source>Other names</source>
      <translation>Andere Namen</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_sets.py" />
      <source>The phase sets</source>
      <translation>Die Phasensätze</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/profiles.py" />
      <source>The calibration profiles</source>
      <translation>Die Kalibrierprofile</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/ring_view.py" />
      <source>{n} ring</source>
      <translation>{n} Ring</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/ring_view.py" />
      <source>{n} rings</source>
      <translation>{n} Ringe</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/spot_list.py" />
      <source>matched</source>
      <translation>erklärt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/spot_list.py" />
      <source>unmatched</source>
      <translation>unerklärt</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/spot_list.py" />
      <source>matched, by hand</source>
      <translation>erklärt, von Hand</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/spot_list.py" />
      <source>unmatched, by hand</source>
      <translation>unerklärt, von Hand</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/standard_rivals.py" />
      <source>{names} fits as well, at other scales: only you know that it is {phase}.</source>
      <translation>{names} passt ebenso, bei anderem Maßstab: Nur Sie wissen, dass es {phase} ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/standard_rivals.py" />
      <source>{names} fit as well, at other scales: only you know that it is {phase}.</source>
      <translation>{names} passen ebenso, bei anderen Maßstäben: Nur Sie wissen, dass es {phase} ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/standard_rivals.py" />
      <source>The scale known so far differs from this one by {off:.1f} %.</source>
      <translation>Der bisher bekannte Maßstab weicht von diesem um {off:.1f} % ab.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/standard_rivals.py" />
      <source>{name} would agree with it to {off:.1f} %.</source>
      <translation>{name} stimmte mit ihm auf {off:.1f} % überein.</translation>
    </message>
  </context>
  <context>
    <name>errors</name>
    <message>
      <location filename="../../saed_desktop/calibration/ring_standard.py" />
      <source>{n_rings} of {measured} rings are lines of {name}.</source>
      <translation>{n_rings} von {measured} Ringen sind Linien von {name}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/calibration/standard_fit.py" />
      <source>{name} along {zone} explains {matched} of {total} spots.</source>
      <translation>{name} entlang {zone} erklärt {matched} von {total} Reflexen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>{name} is a {kind} file, which is not read; save it as CIF.</source>
      <translation>{name} ist eine {kind}-Datei, die nicht gelesen wird; speichern Sie sie als CIF.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>{file_name} lists no atom sites.</source>
      <translation>{file_name} nennt keine Atompositionen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>The folder {folder} holds no CIF file.</source>
      <translation>Der Ordner {folder} enthält keine CIF-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>{name} is no regular file.</source>
      <translation>{name} ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>{name} is too large for a crystal structure file.</source>
      <translation>{name} ist zu groß für eine Kristallstrukturdatei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>There is no file {path}.</source>
      <translation>Es gibt keine Datei {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>{name} is not a readable CIF file.</source>
      <translation>{name} ist keine lesbare CIF-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>{file_name} is damaged: it cannot be understood.</source>
      <translation>{file_name} ist beschädigt: Sie kann nicht verstanden werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/cif.py" />
      <source>The symmetry operation {text} cannot be understood.</source>
      <translation>Die Symmetrieoperation {text} kann nicht verstanden werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>Atoms that symmetry makes of others were listed too; they count once.</source>
      <translation>Auch Atome, die durch Symmetrie aus anderen entstehen, waren aufgeführt; sie zählen einmal.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>{file_name}: the cell holds more than {MAX_ATOMS} atoms.</source>
      <translation>{file_name}: Die Zelle enthält mehr als {MAX_ATOMS} Atome.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>{label} stands beside a symmetry element and was taken as {count} positions of the cell, not {count_}.</source>
      <translation>{label} liegt neben einem Symmetrieelement und wurde als {count} Positionen der Zelle genommen, nicht {count_}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>Some sites are partly occupied or shared.</source>
      <translation>Einige Positionen sind teilweise oder gemischt besetzt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>The cell holds {found}, where the file states {said}{units}.</source>
      <translation>Die Zelle enthält {found}, wo die Datei {said}{units} nennt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>Two atoms stand only {nearest} Å apart.{in_nm}</source>
      <translation>Zwei Atome sind nur {nearest} Å voneinander entfernt.{in_nm}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>{file_name}: site {label} stands far outside of the cell.</source>
      <translation>{file_name}: Die Position {label} liegt weit außerhalb der Zelle.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>{file_name} states no unit cell.</source>
      <translation>{file_name} nennt keine Elementarzelle.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>Only at the origin of {symbol} do the atoms make the stated formula; that was taken, whatever the file says.</source>
      <translation>Nur am Ursprung von {symbol} ergeben die Atome die genannte Formel; er wurde genommen, was auch immer die Datei sagt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>All atoms stand {nearest} Å apart or more. Is the cell given in pm?</source>
      <translation>Alle Atome sind mindestens {nearest} Å voneinander entfernt. Ist die Zelle in pm angegeben?</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/described.py" />
      <source>{file_name}: the cell {a} {b} {c} Å does not have the symmetry of {operations}.</source>
      <translation>{file_name}: Die Zelle {a} {b} {c} Å hat nicht die Symmetrie von {operations}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/extended_xyz.py" />
      <source>{file_name} states no unit cell: it holds a molecule, not a crystal.</source>
      <translation>{file_name} nennt keine Elementarzelle: Sie enthält ein Molekül, keinen Kristall.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/extended_xyz.py" />
      <source>{file_name} is a damaged XYZ file.</source>
      <translation>{file_name} ist eine beschädigte XYZ-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/lattice.py" />
      <source>The cell {parameters} has a length or angle that is not positive.</source>
      <translation>Die Zelle {parameters} hat eine Länge oder einen Winkel, der nicht positiv ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/lattice.py" />
      <source>The cell angles {parameters} span no volume.</source>
      <translation>Die Zellwinkel {parameters} spannen kein Volumen auf.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/listed_sites.py" />
      <source>Hydrogen without a position was left out: {names}.</source>
      <translation>Wasserstoff ohne Position wurde weggelassen: {names}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/listed_sites.py" />
      <source>{file_name} has no occupied atom site.</source>
      <translation>{file_name} hat keine besetzte Atomposition.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/listed_sites.py" />
      <source>{file_name}: site {label} has occupancy {value}.</source>
      <translation>{file_name}: Die Position {label} hat die Besetzung {value}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/listed_sites.py" />
      <source>The occupancy {value} of {label} was taken as 1.</source>
      <translation>Die Besetzung {value} von {label} wurde als 1 genommen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/listed_sites.py" />
      <source>{file_name}: '{label}' is no element.</source>
      <translation>{file_name}: „{label}“ ist kein Element.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/listed_sites.py" />
      <source>{file_name}: site {label} has no position.</source>
      <translation>{file_name}: Position {label} hat keine Koordinaten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/macromolecular.py" />
      <source>{file_name}: atom {name} has no element or no position.</source>
      <translation>{file_name}: Atom {name} hat kein Element oder keine Position.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/phase.py" />
      <source>Two structure files are called {twice}; rename one.</source>
      <translation>Zwei Strukturdateien heißen {twice}; bitte eine umbenennen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/poscar.py" />
      <source>{file_name} does not say which elements its atoms are.</source>
      <translation>{file_name} sagt nicht, welche Elemente seine Atome sind.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/poscar.py" />
      <source>{file_name} ends before its {symbols} atoms.</source>
      <translation>{file_name} endet vor seinen {symbols} Atomen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/scattering.py" />
      <source>'{element}' is no chemical element with known scattering factors.</source>
      <translation>„{element}“ ist kein chemisches Element mit bekannten Streufaktoren.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/scattering.py" />
      <source>No electron scattering factor is tabulated for {element}.</source>
      <translation>Für {element} ist kein Elektronenstreufaktor tabelliert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/setting.py" />
      <source>Described in {name}; its atoms have the symmetry {symbol}, on whose conventional axes directions and planes are named.</source>
      <translation>Beschrieben in {name}; seine Atome haben die Symmetrie {symbol}, auf deren konventionellen Achsen Richtungen und Ebenen benannt sind.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/shelx.py" />
      <source>{file_name} is a damaged SHELX file.</source>
      <translation>{file_name} ist eine beschädigte SHELX-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_cell.py" />
      <source>{file_name} does not state {missing} of its cell.</source>
      <translation>{file_name} nennt {missing} seiner Zelle nicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_cell.py" />
      <source>The cell is stated in part; the rest follows from its symmetry.</source>
      <translation>Die Zelle ist teilweise angegeben; der Rest folgt aus ihrer Symmetrie.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_cell.py" />
      <source>{file_name}: the cell {edges} Å is none of a crystal.</source>
      <translation>{file_name}: Die Zelle {edges} Å ist keine eines Kristalls.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>{file_name}: the {triplets} symmetry operations do not form a group.</source>
      <translation>{file_name}: Die {triplets} Symmetrieoperationen bilden keine Gruppe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>The file states no symmetry: the listed atoms were taken as all of the cell (P 1).</source>
      <translation>Die Datei nennt keine Symmetrie: Die aufgeführten Atome wurden als alle der Zelle genommen (P 1).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>The symbol {symbol} and the number {number} do not go together; the symbol was used.</source>
      <translation>Das Symbol {symbol} und die Nummer {number} passen nicht zusammen; das Symbol wurde verwendet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>The list of symmetry operations lacks the identity, which was added.</source>
      <translation>Der Liste der Symmetrieoperationen fehlt die Identität; sie wurde ergänzt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>The listed symmetry operations are not those of {symbol}; the operations were used.</source>
      <translation>Die aufgeführten Symmetrieoperationen sind nicht die von {symbol}; die Operationen wurden verwendet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>{file_name}: '{said}' is no known space group.</source>
      <translation>{file_name}: „{said}“ ist keine bekannte Raumgruppe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>{file_name}: a symmetry operation cannot be understood.</source>
      <translation>{file_name}: Eine Symmetrieoperation kann nicht verstanden werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/stated_symmetry.py" />
      <source>The list of symmetry operations is incomplete; those of {symbol} were used.</source>
      <translation>Die Liste der Symmetrieoperationen ist unvollständig; die von {symbol} wurden verwendet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/structure_text.py" />
      <source>Parts of the file break the rules of CIF and were left out.</source>
      <translation>Teile der Datei verletzen die Regeln von CIF und wurden weggelassen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/structure_text.py" />
      <source>{file_name} is not a readable CIF file.</source>
      <translation>{file_name} ist keine lesbare CIF-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/symmetry.py" />
      <source>'{symbol}' is no known space group.</source>
      <translation>„{symbol}“ ist keine bekannte Raumgruppe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/crystal/symmetry.py" />
      <source>The symmetry operations form no group ({error}).</source>
      <translation>Die Symmetrieoperationen bilden keine Gruppe ({error}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/electron.py" />
      <source>The electron energy must be positive, not {energy_kev} keV.</source>
      <translation>Die Elektronenenergie muss positiv sein, nicht {energy_kev} keV.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/electron.py" />
      <source>The wavelength must be positive, not {wavelength_angstrom} Å.</source>
      <translation>Die Wellenlänge muss positiv sein, nicht {wavelength_angstrom} Å.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/errors.py" />
      <source>Unexpected problem ({name__}: {detail}).</source>
      <translation>Unerwartetes Problem ({name__}: {detail}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/errors.py" />
      <source>There is not enough memory for this pattern.</source>
      <translation>Für dieses Beugungsbild reicht der Arbeitsspeicher nicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/gui/controllers/library_shelf.py" />
      <source>Making the library was stopped.</source>
      <translation>Das Erstellen der Bibliothek wurde angehalten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/lattice/statistics.py" />
      <source>{path} was made for other features than this version's.</source>
      <translation>{path} wurde für andere Merkmale als die dieser Version gemacht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/lattice/statistics.py" />
      <source>{path} holds no lattice statistics ({error}).</source>
      <translation>{path} enthält keine Gitterstatistik ({error}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/families.py" />
      <source>Its elements decide most, above all {telling} (EDS or EELS).</source>
      <translation>Am meisten entscheiden die Elemente, vor allem {telling} (EDX oder EELS).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/families.py" />
      <source>A scale good to {wanted} % would thin out the family.</source>
      <translation>Ein auf {wanted} % genauer Maßstab würde die Familie lichten.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/families.py" />
      <source>A spot pattern of a single grain tells structure types apart.</source>
      <translation>Ein Punktbild eines einzelnen Korns unterscheidet Strukturtypen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/families.py" />
      <source>A second zone axis of the same grain tells structure types apart.</source>
      <translation>Eine zweite Zonenachse desselben Korns unterscheidet Strukturtypen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/left_out.py" />
      <source>No structure was judged by the rings: the elements admit too many of them; name the elements.</source>
      <translation>Keine Struktur wurde nach den Ringen beurteilt: Die Elemente lassen zu viele zu; nennen Sie die Elemente.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/left_out.py" />
      <source>{n_excluded} structures were left out, which the conditions on the elements exclude.</source>
      <translation>{n_excluded} Strukturen wurden ausgelassen, weil die Bedingungen an die Elemente sie ausschließen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/left_out.py" />
      <source>{beyond} structures suit the rings less well and were not compared in full.</source>
      <translation>{beyond} Strukturen passen weniger gut zu den Ringen und wurden nicht ganz verglichen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/left_out.py" />
      <source>A crystal that is in none of these libraries cannot be found.</source>
      <translation>Ein Kristall, der in keiner dieser Bibliotheken steht, kann nicht gefunden werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/left_out.py" />
      <source>No library was searched: the pattern is not of one crystal.</source>
      <translation>Keine Bibliothek wurde durchsucht: Die Aufnahme ist nicht die eines einzelnen Kristalls.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/indexing/library/left_out.py" />
      <source>{beyond} structures have a zone of this size and shape, but intensities that suit less well; they were not indexed.</source>
      <translation>{beyond} Strukturen haben eine Zone dieser Größe und Form, aber weniger gut passende Intensitäten; sie wurden nicht indiziert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/build.py" />
      <source>it is no regular file.</source>
      <translation>es ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/build.py" />
      <source>the file is larger than its archive says.</source>
      <translation>die Datei ist größer, als ihr Archiv sagt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/build.py" />
      <source>the cell holds too many atoms.</source>
      <translation>die Zelle enthält zu viele Atome.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/build.py" />
      <source>the file is larger than {MAX_CIF_BYTES} MB.</source>
      <translation>die Datei ist größer als {MAX_CIF_BYTES} MB.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/bundled.py" />
      <source>The bundled library names {twice} twice.</source>
      <translation>Die mitgelieferte Bibliothek nennt {twice} zweimal.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/collection.py" />
      <source>The library {name} has no structure named {name_}.{hint}</source>
      <translation>Die Bibliothek {name} hat keine Struktur namens {name_}.{hint}</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/collection.py" />
      <source>There is no library {name}; name a {SUFFIX} file or '{BUNDLED}'.</source>
      <translation>Es gibt keine Bibliothek {name}; nennen Sie eine {SUFFIX}-Datei oder „{BUNDLED}“.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/elements.py" />
      <source>'{word}' is no chemical element.</source>
      <translation>„{word}“ ist kein chemisches Element.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/formula.py" />
      <source>'{whole}' is no chemical formula.</source>
      <translation>„{whole}“ ist keine chemische Formel.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/formula.py" />
      <source>'{element}' in the formula {whole} is no element.</source>
      <translation>„{element}“ in der Formel {whole} ist kein Element.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/table.py" />
      <source>A coordinate is missing.</source>
      <translation>Eine Koordinate fehlt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/table.py" />
      <source>'{text}' is no coordinate.</source>
      <translation>„{text}“ ist keine Koordinate.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/table.py" />
      <source>The parameter {name} has no value.</source>
      <translation>Der Parameter {name} hat keinen Wert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/table.py" />
      <source>Prototypes, line {number}: {error}.</source>
      <translation>Prototypen, Zeile {number}: {error}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/library/table.py" />
      <source>Table {subject}, line {number}: {error}.</source>
      <translation>Tabelle {subject}, Zeile {number}: {error}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} is too large for a network bundle.</source>
      <translation>{name} ist zu groß für ein Netzbündel.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} has too many members for a network bundle.</source>
      <translation>{name} hat zu viele Bestandteile für ein Netzbündel.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} states more bytes than it has.</source>
      <translation>{name} nennt mehr Bytes, als es hat.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>There is no network file {path}.</source>
      <translation>Es gibt keine Netzdatei {path}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} is damaged or no network bundle.</source>
      <translation>{name} ist beschädigt oder kein Netzbündel.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} is damaged: {name_} differs from its checksum.</source>
      <translation>{name} ist beschädigt: {name_} stimmt nicht mit seiner Prüfsumme überein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} holds {name_} twice.</source>
      <translation>{name} enthält {name_} zweimal.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} holds something that no network bundle has.</source>
      <translation>{name} enthält etwas, das kein Netzbündel hat.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} is encrypted; a network bundle is not.</source>
      <translation>{name} ist verschlüsselt; ein Netzbündel ist es nicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} is compressed; a network bundle is not.</source>
      <translation>{name} ist komprimiert; ein Netzbündel ist es nicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} holds a member that is too large.</source>
      <translation>{name} enthält einen zu großen Bestandteil.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/archive.py" />
      <source>{name} does not hold what its manifest lists.</source>
      <translation>{name} enthält nicht, was sein Verzeichnis aufzählt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/bundle.py" />
      <source>{name} lacks its network or its card.</source>
      <translation>{name} fehlt das Netz oder der Steckbrief.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/bundle.py" />
      <source>{name} must hold one structure file for each of its phases and none besides.</source>
      <translation>{name} muss eine Strukturdatei für jede seiner Phasen enthalten und keine weitere.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/bundle.py" />
      <source>No structure file for {missing}.</source>
      <translation>Keine Strukturdatei für {missing}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/card.py" />
      <source>A network needs inputs of different names.</source>
      <translation>Ein Netz braucht Eingaben mit verschiedenen Namen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/card.py" />
      <source>The network's card is too large.</source>
      <translation>Der Steckbrief des Netzes ist zu groß.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/card.py" />
      <source>The network's card is nested too deeply.</source>
      <translation>Der Steckbrief des Netzes ist zu tief verschachtelt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/card.py" />
      <source>The network's card has a {what} for {strange}, no phase.</source>
      <translation>Der Steckbrief des Netzes hat {what} für {strange}, das keine Phase ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/card.py" />
      <source>The network is of format {version}; this program reads format {FORMAT_VERSION}. Export it again or update the program.</source>
      <translation>Das Netz hat das Format {version}; dieses Programm liest Format {FORMAT_VERSION}. Exportieren Sie es neu oder aktualisieren Sie das Programm.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/card.py" />
      <source>The network's card is damaged: {error}.</source>
      <translation>Der Steckbrief des Netzes ist beschädigt: {error}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network is nested too deeply.</source>
      <translation>Das Netz ist zu tief verschachtelt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network holds a constant that is too large.</source>
      <translation>Das Netz enthält eine zu große Konstante.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network is damaged or no ONNX graph.</source>
      <translation>Das Netz ist beschädigt oder kein ONNX-Graph.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network keeps data in other files, which a bundle has not.</source>
      <translation>Das Netz hält Daten in anderen Dateien, die ein Bündel nicht hat.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network defines operations of its own.</source>
      <translation>Das Netz definiert eigene Operationen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network has too many operations.</source>
      <translation>Das Netz hat zu viele Operationen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network uses {refused}, which no network here needs.</source>
      <translation>Das Netz benutzt {refused}, was hier kein Netz braucht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network holds sparse constants, which this program never uses.</source>
      <translation>Das Netz enthält dünn besetzte Konstanten, die dieses Programm nie benutzt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/graph_check.py" />
      <source>The network uses operations that are not ONNX's own.</source>
      <translation>Das Netz benutzt Operationen, die nicht zu ONNX gehören.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/input.py" />
      <source>The network's input {name} has an impossible size.</source>
      <translation>Die Eingabe {name} des Netzes hat eine unmögliche Größe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/input.py" />
      <source>The network asks for an impossible input ({error}).</source>
      <translation>Das Netz verlangt eine unmögliche Eingabe ({error}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/judge.py" />
      <source>The judge in {folder} was made for another version of the program.</source>
      <translation>Der Bewerter in {folder} wurde für eine andere Version des Programms gemacht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/judge.py" />
      <source>The judge in {folder} is damaged: its graph is not the card's.</source>
      <translation>Der Bewerter in {folder} ist beschädigt: Sein Graph ist nicht der des Steckbriefs.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/judge.py" />
      <source>The judge in {folder} cannot be read ({strerror}).</source>
      <translation>Der Bewerter in {folder} kann nicht gelesen werden ({strerror}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/judge.py" />
      <source>The judge's card in {folder} is damaged ({error}).</source>
      <translation>Der Steckbrief des Bewerters in {folder} ist beschädigt ({error}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/judge.py" />
      <source>The judge cannot be run.</source>
      <translation>Das Netz, das Anpassungen vergleicht, lässt sich nicht ausführen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/labels.py" />
      <source>A network needs at least two classes of different names.</source>
      <translation>Ein Netz braucht mindestens zwei Klassen mit verschiedenen Namen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/labels.py" />
      <source>The network has a class {name}, which can be no file.</source>
      <translation>Das Netz hat eine Klasse {name}, die keine Datei sein kann.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/network_name.py" />
      <source>The network has no name.</source>
      <translation>Das Netz hat keinen Namen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/network_name.py" />
      <source>The network calls itself '{shown}', which cannot be the name of a file; export it again with another --name.</source>
      <translation>Das Netz nennt sich „{shown}“, was kein Dateiname sein kann; exportieren Sie es neu mit einem anderen --name.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/session.py" />
      <source>{name}: the network's output {or} is not one number for each of the {classes} classes of its card.</source>
      <translation>{name}: Die Ausgabe {or} des Netzes ist nicht eine Zahl für jede der {classes} Klassen seines Steckbriefs.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/session.py" />
      <source>{name}: the network's inputs {expected} are not those of its card {offered}.</source>
      <translation>{name}: Die Eingaben {expected} des Netzes sind nicht die seines Steckbriefs, {offered}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/session.py" />
      <source>The network in {name} gives {one} numbers where its card has {expected} classes.</source>
      <translation>Das Netz in {name} gibt {one} Zahlen, wo sein Steckbrief {expected} Klassen hat.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/session.py" />
      <source>The network in {name} answers with numbers that are none.</source>
      <translation>Das Netz in {name} antwortet mit Werten, die keine Zahlen sind.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/session.py" />
      <source>The network in {name} cannot be run.</source>
      <translation>Das Netz in {name} kann nicht ausgeführt werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/session.py" />
      <source>{name}: input {name_} is {shape}, the card says {name__}.</source>
      <translation>{name}: Die Eingabe {name_} ist {shape}, der Steckbrief sagt {name__}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/session.py" />
      <source>The network in {name} fails on this pattern.</source>
      <translation>Das Netz in {name} scheitert an diesem Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/store.py" />
      <source>There is no network '{name_or_path}'; there are {none}.</source>
      <translation>Es gibt kein Netz „{name_or_path}“; es gibt {none}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/store.py" />
      <source>No network is installed; drop a .saednet file on the window.</source>
      <translation>Es ist kein Netz installiert; ziehen Sie eine .saednet-Datei auf das Fenster.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/store.py" />
      <source>There is another network '{stem}' already; remove that one, or export this one again with another --name.</source>
      <translation>Es gibt schon ein anderes Netz „{stem}“; entfernen Sie jenes, oder exportieren Sie dieses neu mit einem anderen --name.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/store.py" />
      <source>'{stem}' is the name of the program's own network; export this one again with another --name.</source>
      <translation>„{stem}“ heißt das Netz des Programms selbst; exportieren Sie dieses neu mit einem anderen --name.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/store.py" />
      <source>'{name}' is no installed network; bundled ones cannot be removed.</source>
      <translation>„{name}“ ist kein installiertes Netz; mitgelieferte können nicht entfernt werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/store.py" />
      <source>{name} cannot be installed: {strerror}.</source>
      <translation>{name} kann nicht installiert werden: {strerror}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/network/store.py" />
      <source>{name} changed while it was installed.</source>
      <translation>{name} hat sich während der Installation geändert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/calibration.py" />
      <source>Camera length, pixel size and energy must be positive.</source>
      <translation>Kameralänge, Pixelgröße und Energie müssen positiv sein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/calibration.py" />
      <source>The scale must be a positive number, not {scale}.</source>
      <translation>Der Maßstab muss eine positive Zahl sein, nicht {scale}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/calibration.py" />
      <source>A calibration without a scale has no source.</source>
      <translation>Eine Kalibrierung ohne Maßstab hat keine Herkunft.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/datasets.py" />
      <source>{file_name} has no dataset '{wanted}'; it has {names}.</source>
      <translation>{file_name} hat keinen Datensatz „{wanted}“, sondern {names}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/distortion.py" />
      <source>An ellipse of ratio {ratio} is no distortion of a lens.</source>
      <translation>Eine Ellipse mit dem Verhältnis {ratio} ist keine Verzerrung einer Linse.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>{name} is of no known image format ({known}).</source>
      <translation>{name} hat kein bekanntes Bildformat ({known}).</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>{name} is not a {upper} file, whatever its name says.</source>
      <translation>{name} ist keine {upper}-Datei, was auch immer ihr Name sagt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>{name} is no file but a pipe or a device.</source>
      <translation>{name} ist keine Datei, sondern eine Pipe oder ein Gerät.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>There is no file {name}.</source>
      <translation>Es gibt keine Datei {name}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>{name} cannot be opened: {strerror}.</source>
      <translation>{name} kann nicht geöffnet werden: {strerror}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>{name} does not fit into memory.</source>
      <translation>{name} passt nicht in den Arbeitsspeicher.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>{name} is damaged or not a complete {name_} file.</source>
      <translation>{name} ist beschädigt oder keine vollständige {name_}-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/formats.py" />
      <source>{name} is packed twice.</source>
      <translation>{name} ist zweimal gepackt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/arrays.py" />
      <source>{name} holds no two-dimensional image.</source>
      <translation>{name} enthält kein zweidimensionales Bild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/arrays.py" />
      <source>{name} is a ZIP archive without an array in it.</source>
      <translation>{name} ist ein ZIP-Archiv ohne eine Zahlentabelle darin.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/arrays.py" />
      <source>{name} is too large once it is unpacked.</source>
      <translation>{name} ist entpackt zu groß.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/blockfile.py" />
      <source>{name} ends early: it holds {there} of its {expected} patterns.</source>
      <translation>{name} endet vorzeitig: Vorhanden sind {there} von {expected} Beugungsbildern.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/cbf.py" />
      <source>{name} is a CBF file without an image.</source>
      <translation>{name} ist eine CBF-Datei ohne Bild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/cbf.py" />
      <source>{name} ends early: a part of its image is missing.</source>
      <translation>{name} endet vorzeitig: Ein Teil des Bilds fehlt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/cbf.py" />
      <source>{name} is a CBF file compressed as {method}, which is not read.</source>
      <translation>{name} ist eine mit {method} komprimierte CBF-Datei, die nicht gelesen wird.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/checked.py" />
      <source>{name} is damaged or not a complete TVIPS file.</source>
      <translation>{name} ist beschädigt oder keine vollständige TVIPS-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/checked.py" />
      <source>{name} is a later part of a TVIPS stream; open the part that ends in _000.</source>
      <translation>{name} ist ein späterer Teil einer TVIPS-Folge; öffnen Sie den Teil, der auf _000 endet.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/dm_tags.py" />
      <source>{name} is damaged: its tags claim more than the file holds.</source>
      <translation>{name} ist beschädigt: Ihre Kennfelder behaupten mehr, als die Datei enthält.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/empad.py" />
      <source>{name} has no header and not the size of EMPAD frames (128 × 130 pixels); save it in a format that states its size.</source>
      <translation>{name} hat keinen Kopf und nicht die Größe von EMPAD-Bildern (128 × 130 Pixel); speichern Sie sie in einem Format, das seine Größe nennt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/hdf5.py" />
      <source>{name} is damaged: a list of texts in it does not come to an end.</source>
      <translation>{name} ist beschädigt: Eine Liste von Texten darin nimmt kein Ende.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/hdf5.py" />
      <source>{name} wants to be read from {name_}, which is no file beside it.</source>
      <translation>{name} will aus {name_} gelesen werden, das keine Datei daneben ist.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/hdf5.py" />
      <source>{name} is compressed with {missing}, which this program cannot read.</source>
      <translation>{name} ist mit {missing} komprimiert, was dieses Programm nicht lesen kann.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/merlin.py" />
      <source>{name} holds raw Merlin frames ({arrangement} chips, {depth} bits), which are not read; let the detector's software write processed ones.</source>
      <translation>{name} enthält rohe Merlin-Bilder ({arrangement} Chips, {depth} Bit), die nicht gelesen werden; lassen Sie die Software des Detektors verarbeitete schreiben.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/merlin.py" />
      <source>{name} holds no complete image.</source>
      <translation>{name} enthält kein vollständiges Bild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/mrc.py" />
      <source>{name} is damaged or not a complete MRC file.</source>
      <translation>{name} ist beschädigt oder keine vollständige MRC-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/mrc.py" />
      <source>{name} is damaged: it states {width} × {height} pixels.</source>
      <translation>{name} ist beschädigt: Sie nennt {width} × {height} Pixel.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/mrc.py" />
      <source>{name} is an MRC file of {kind}, which this program does not read.</source>
      <translation>{name} ist eine MRC-Datei mit {kind}, die dieses Programm nicht liest.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/packed.py" />
      <source>{name} is a damaged gzip file.</source>
      <translation>{name} ist eine beschädigte gzip-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/picture.py" />
      <source>{name} is damaged: its header makes no sense.</source>
      <translation>{name} ist beschädigt: Ihr Kopf ergibt keinen Sinn.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/rosetta.py" />
      <source>{name} holds no image itself; its {stem}_1.ser is not beside it.</source>
      <translation>{name} enthält selbst kein Bild; {stem}_1.ser liegt nicht daneben.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/smv.py" />
      <source>{name} is an SMV file of type {TYPE}, which is not read.</source>
      <translation>{name} ist eine SMV-Datei vom Typ {TYPE}, der nicht gelesen wird.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/smv.py" />
      <source>{name} is an SMV file without a size.</source>
      <translation>{name} ist eine SMV-Datei ohne Größe.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/tiff.py" />
      <source>{name} holds no page.</source>
      <translation>{name} enthält keine Seite.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/tiff.py" />
      <source>{name} ends early: pages are missing.</source>
      <translation>{name} endet vorzeitig: Seiten fehlen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/tiff.py" />
      <source>{name} is damaged: a part of its image is missing.</source>
      <translation>{name} ist beschädigt: Ein Teil des Bilds fehlt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/loaders/tiff.py" />
      <source>{name} ends early: frames are missing.</source>
      <translation>{name} endet vorzeitig: Einzelbilder fehlen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/prepare.py" />
      <source>{name} has no scale bar that could be found.</source>
      <translation>In {name} wurde kein Maßstabsbalken gefunden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/readers.py" />
      <source>pixels {ratio} times as high as wide were resampled to square ones</source>
      <translation>Pixel, die {ratio}-mal so hoch wie breit sind, wurden auf quadratische umgerechnet</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/readers.py" />
      <source>{name} has {n_frames} frame(s); there is no frame {frame}.</source>
      <translation>{name} hat {n_frames} Einzelbild(er); ein Einzelbild {frame} gibt es nicht.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/readers.py" />
      <source>{name} is {width} × {height} pixels, too small for a diffraction pattern.</source>
      <translation>{name} hat {width} × {height} Pixel, zu wenige für ein Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/readers.py" />
      <source>{name} holds no numbers.</source>
      <translation>{name} enthält keine Zahlen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/readers.py" />
      <source>{name} is damaged: its image cannot be decoded.</source>
      <translation>{name} ist beschädigt: Das Bild kann nicht entschlüsselt werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/pattern/readers.py" />
      <source>{name} is damaged: its frames cannot be decoded.</source>
      <translation>{name} ist beschädigt: Die Einzelbilder können nicht entschlüsselt werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/results/output.py" />
      <source>{name} holds answers by another network, other phases or other settings. Give the same ones, or start again without --resume.</source>
      <translation>{name} enthält Antworten eines anderen Netzes, mit anderen Phasen oder Einstellungen. Geben Sie dieselben an, oder beginnen Sie neu ohne --resume.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/running/process_pool.py" />
      <source>The processes that answer files end as soon as they start.</source>
      <translation>Die Prozesse, die Dateien auswerten, enden gleich nach dem Start.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/simulation/goniometer.py" />
      <source>The tilt limits of the holder must be positive.</source>
      <translation>Die Kippgrenzen des Halters müssen positiv sein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/simulation/goniometer.py" />
      <source>The signs of the tilts are +1 or -1.</source>
      <translation>Die Vorzeichen der Kippungen sind +1 oder -1.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/simulation/single_pattern.py" />
      <source>The beam needs a direction other than 0 0 0.</source>
      <translation>Der Strahl braucht eine andere Richtung als 0 0 0.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/simulation/single_pattern.py" />
      <source>“{text}” is no direction. Type one such as 1 1 0 or 1.02 0.98 0.1.</source>
      <translation>„{text}“ ist keine Richtung. Geben Sie eine wie 1 1 0 oder 1.02 0.98 0.1 ein.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/analysis_service.py" />
      <source>Without a scale nothing can be fitted. Calibrate the pattern first.</source>
      <translation>Ohne Maßstab kann nichts angepasst werden. Kalibrieren Sie zuerst das Beugungsbild.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/analysis_service.py" />
      <source>The phase {name} is not there any more.</source>
      <translation>Die Phase {name} gibt es nicht mehr.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/export.py" />
      <source>Results are saved as .csv, .jsonl or .html.</source>
      <translation>Ergebnisse werden als .csv, .jsonl oder .html gespeichert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/export.py" />
      <source>The export was stopped; nothing was saved.</source>
      <translation>Der Export wurde angehalten; nichts wurde gespeichert.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/export.py" />
      <source>{path} cannot be written: {strerror}.</source>
      <translation>{path} kann nicht geschrieben werden: {strerror}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/labels.py" />
      <source>{path} is no list of labels: it lacks path and phase.</source>
      <translation>{path} ist keine Liste von Labels: Ihr fehlen Pfad und Phase.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/labels.py" />
      <source>The labels in {path} cannot be read.</source>
      <translation>Die Labels in {path} können nicht gelesen werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/labels.py" />
      <source>The labels cannot be saved: {strerror}.</source>
      <translation>Die Labels können nicht gespeichert werden: {strerror}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/library_shelf.py" />
      <source>There is no CIF file in {name}.</source>
      <translation>In {name} ist keine CIF-Datei.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/phase_sets.py" />
      <source>A phase set needs a name and at least one phase.</source>
      <translation>Ein Phasensatz braucht einen Namen und mindestens eine Phase.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/profiles.py" />
      <source>The profile is of {width_px} pixels; binning was taken into account.</source>
      <translation>Das Profil ist von {width_px} Pixeln; das Binning wurde berücksichtigt.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/profiles.py" />
      <source>A profile needs a name.</source>
      <translation>Ein Profil braucht einen Namen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/profiles.py" />
      <source>The profile is of images {width_px} pixels wide, not {width_px_}.</source>
      <translation>Das Profil ist von Bildern mit {width_px} Pixeln Breite, nicht {width_px_}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/setup_choice.py" />
      <source>'{name}' is no phase that you added; bundled ones cannot be removed.</source>
      <translation>„{name}“ ist keine Phase, die Sie hinzugefügt haben; mitgelieferte können nicht entfernt werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/training_set.py" />
      <source>There is no labelled pattern to export. Accept or correct some first.</source>
      <translation>Es gibt kein Beugungsbild mit Label zu exportieren. Nehmen Sie zuerst einige Antworten an oder korrigieren Sie sie.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/training_set.py" />
      <source>The folder {name} is not empty. Choose a new one.</source>
      <translation>Der Ordner {name} ist nicht leer. Wählen Sie einen neuen.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/training_set.py" />
      <source>The export was stopped; the set is not complete.</source>
      <translation>Der Export wurde angehalten; der Satz ist nicht vollständig.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/training_set.py" />
      <source>{name} cannot be copied: {strerror}.</source>
      <translation>{name} kann nicht kopiert werden: {strerror}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/user_file.py" />
      <source>{what} were damaged and start afresh; see {name}.</source>
      <translation>{what} waren beschädigt und beginnen neu; siehe {name}.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/user_file.py" />
      <source>{what} cannot be read.</source>
      <translation>{what} kann nicht gelesen werden.</translation>
    </message>
    <message>
      <location filename="../../saed_desktop/workspace/virtual_image.py" />
      <source>No pixel of the pattern lies on this detector. Choose other radii.</source>
      <translation>Kein Pixel des Beugungsbilds liegt auf diesem Detektor. Wählen Sie andere Radien.</translation>
    </message>
  </context>
</TS>
