/* Where something is allowed to be. */
#include "vagus.h"

/*
 * Whether a place is inside a polygon, given as latitude, longitude, latitude, longitude, …; by
 * counting the sides that a line to the east crosses. Not for a polygon over the 180th meridian.
 */
EXPORT("inside") int inside(double latitude, double longitude, const double *polygon, int count) {
  int corners = count / 2;
  int is = 0;
  for (int i = 0, j = corners - 1; i < corners; j = i++) {
    double yi = polygon[2 * i], xi = polygon[2 * i + 1];
    double yj = polygon[2 * j], xj = polygon[2 * j + 1];
    if ((yi > latitude) != (yj > latitude)
        && longitude < (xj - xi) * (latitude - yi) / (yj - yi) + xi) {
      is = !is;
    }
  }
  return is;
}
