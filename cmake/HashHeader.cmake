# cmake -DIN=file -DOUT=header.h -P HashHeader.cmake: the first 16 hex digits of IN's SHA-256.
file(SHA256 "${IN}" hash)
string(SUBSTRING "${hash}" 0 16 hash)
file(CONFIGURE OUTPUT "${OUT}" CONTENT "#define GUEST_HASH \"@hash@\"\n" @ONLY)
