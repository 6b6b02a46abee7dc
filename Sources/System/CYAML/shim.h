// libyaml's event parser. Events show anchors, aliases and tags before anything is expanded.
#include <yaml.h>
