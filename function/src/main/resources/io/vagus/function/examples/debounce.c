/* A switch that bounces, made quiet. */
#include "vagus.h"

/* On or off (above or below 0.5) after the last sample, where it takes so many alike to switch. */
EXPORT("state") int state(const double *samples, int count, long long alike) {
  int on = 0;
  long long other = 0;
  for (int i = 0; i < count; i++) {
    int now = samples[i] > 0.5;
    other = now == on ? 0 : other + 1;
    if (other >= alike) {
      on = now;
      other = 0;
    }
  }
  return on;
}
