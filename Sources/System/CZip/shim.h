// libzip, for archives of candles; Market sets its own limits around it.
#include <zip.h>
