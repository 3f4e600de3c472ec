"""Files of detectors and cameras, written by their specifications, without a library."""

import struct

import numpy as np

WAVELENGTH, DISTANCE_MM, PIXEL_MM = 0.02508, 700.0, 0.055
MODE_OF = {"int8": 0, "int16": 1, "float32": 2, "complex64": 4, "uint16": 6, "float16": 12}
IMOD_STAMP = 1146047817


def write_smv(path, image, order="little_endian"):
    height, width = image.shape
    header = (
        f"{{\nHEADER_BYTES=  512;\nDIM=2;\nBYTE_ORDER={order};\nTYPE=unsigned_short;\n"
        f"SIZE1={width};\nSIZE2={height};\nPIXEL_SIZE={PIXEL_MM};\nWAVELENGTH={WAVELENGTH};\n"
        f"DISTANCE={DISTANCE_MM};\n}}\f"
    )
    kind = ">u2" if order.startswith("big") else "<u2"
    path.write_bytes(header.encode().ljust(512) + image.astype(kind).tobytes())


def byte_offsets(values):
    """Encode numbers as International Tables G, section 5.6.3.2, says."""
    out, last = bytearray(), 0
    for value in map(int, values):
        step, last = value - last, value
        if abs(step) < 128:
            out += step.to_bytes(1, "little", signed=True)
        elif abs(step) < 32768:
            out += b"\x80" + step.to_bytes(2, "little", signed=True)
        else:
            out += b"\x80\x00\x80" + step.to_bytes(4, "little", signed=True)
    return bytes(out)


def write_cbf(path, image):
    height, width = image.shape
    data = byte_offsets(image.ravel())
    header = (
        '###CBF: VERSION 1.5\r\n\r\ndata_a\r\n\r\n_array_data.header_convention "PILATUS_1.2"\r\n'
        f"_array_data.header_contents\r\n;\r\n# Pixel_size {PIXEL_MM * 1e-3:g} m x 1 m\r\n"
        f"# Wavelength {WAVELENGTH} A\r\n# Detector_distance {DISTANCE_MM / 1000} m\r\n;\r\n"
        "_array_data.data\r\n;\r\n--CIF-BINARY-FORMAT-SECTION--\r\n"
        'Content-Type: application/octet-stream;\r\n     conversions="x-CBF_BYTE_OFFSET"\r\n'
        f"X-Binary-Size: {len(data)}\r\nX-Binary-Size-Fastest-Dimension: {width}\r\n"
        f"X-Binary-Size-Second-Dimension: {height}\r\n\r\n"
    )
    path.write_bytes(header.encode() + b"\x0c\x1a\x04\xd5" + data + b"\r\n--CIF-BINARY--\r\n")


def raw_mib(depth, image, arrangement="1x1"):
    """Merlin's raw words: 64 bits, big-endian, the first pixel in the lowest bits."""
    bits = {1: 1, 6: 8, 12: 16}[depth]
    per_word = 64 // bits
    rows = image[::-1] if arrangement == "1x1" else _rows_of_four_chips(image[::-1])
    pixels = rows.reshape(-1, per_word).astype(np.uint64)
    words = np.zeros(len(pixels), np.uint64)
    for k in range(per_word):
        words |= pixels[:, k] << np.uint64(k * bits)
    width, chips = (256, "01") if arrangement == "1x1" else (1024, "04")
    fields = ["MQ1", "000001", "00384", chips, f"{width:04d}", "0256", "R64"]
    fields += [f"{arrangement:>6}", "01", "2018-01-19"]
    fields += ["1.0", "0", "0", "0", "MQ1A", "2018-01-19T20:55:10Z", "1000000000ns", str(depth)]
    return (",".join(fields) + ",").ljust(384).encode() + words.astype(">u8").tobytes()


def _rows_of_four_chips(image):
    """Lay rows of four chips one behind the other, the last chip first, the lower two turned."""
    chips = [image[:256, :256], image[:256, 256:]]
    chips += [image[256:, :256][::-1, ::-1], image[256:, 256:][::-1, ::-1]]
    return np.concatenate(chips[::-1], axis=1)


def write_block_file(path, frames, *, energy_v=200_000, ppm=6_226, camera_tenth_mm=2_000):
    """Write a block file of frames (ny, nx, side, side)."""
    n_y, n_x, side, _ = frames.shape
    start = 4096 + n_x * n_y
    header = struct.pack(
        "<6sHIIIHHHHHddIHI", b"IMGBLO", 0x0102, 4096, start, 131141, side, 0, n_x, n_y, 0, 1.0, 1.0,
        energy_v, ppm, camera_tenth_mm,
    )  # fmt: skip
    body = b"".join(
        struct.pack("<HI", 0x55AA, i) + frame.tobytes()
        for i, frame in enumerate(frames.reshape(-1, side, side))
    )
    path.write_bytes(header.ljust(start, b"\0") + body)


def write_mrc_frames(
    path, frames, *, order="<", mode=None, imod_flags=None, extension=b"", **numbers
):
    """Write an MRC file (MRC2014) of frames (n, height, width)."""
    n, height, width = frames.shape
    header = bytearray(1024)
    mode = MODE_OF[frames.dtype.name] if mode is None else mode
    struct.pack_into(order + "4i", header, 0, numbers.get("width", width), height, n, mode)
    struct.pack_into(order + "3i", header, 28, width, height, n)
    struct.pack_into(order + "3f", header, 40, width, height, n)
    struct.pack_into(order + "3i", header, 64, 1, 2, 3)
    lowest, highest = numbers.get("stated", (frames.real.min(), frames.real.max()))
    struct.pack_into(order + "2f", header, 76, lowest, highest)
    struct.pack_into(order + "i", header, 92, len(extension))
    header[104:108] = numbers.get("kind", b"\0\0\0\0")
    if imod_flags is not None:
        struct.pack_into(order + "2i", header, 152, IMOD_STAMP, imod_flags)
    header[208:214] = b"MAP " + (b"DD" if order == "<" else b"\x11\x11")
    body = frames.astype(frames.dtype.newbyteorder(order)).tobytes()
    path.write_bytes(bytes(header) + extension + numbers.get("body", body))
    return path
