/* How strong a vibration is, of its samples. */
#include "vagus.h"

/* Root mean square, the mean taken away first: gravity is no vibration. */
EXPORT("rms") double rms(const double *samples, int count) {
  if (count == 0) {
    return 0;
  }
  double sum = 0;
  for (int i = 0; i < count; i++) {
    sum += samples[i];
  }
  double mean = sum / count;
  double squares = 0;
  for (int i = 0; i < count; i++) {
    squares += (samples[i] - mean) * (samples[i] - mean);
  }
  return __builtin_sqrt(squares / count);
}

/* Half of the way from the lowest sample to the highest. */
EXPORT("peak") double peak(const double *samples, int count) {
  if (count == 0) {
    return 0;
  }
  double low = samples[0];
  double high = samples[0];
  for (int i = 1; i < count; i++) {
    low = samples[i] < low ? samples[i] : low;
    high = samples[i] > high ? samples[i] : high;
  }
  return (high - low) / 2;
}
