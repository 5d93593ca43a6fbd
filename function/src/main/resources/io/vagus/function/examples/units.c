/* Units of measure that readings come in, made into those that rules are written for. */
#include "vagus.h"

EXPORT("celsius") double celsius(double fahrenheit) {
  return (fahrenheit - 32.0) * 5.0 / 9.0;
}

EXPORT("fahrenheit") double fahrenheit(double celsius) {
  return celsius * 9.0 / 5.0 + 32.0;
}

EXPORT("bar") double bar(double psi) {
  return psi * 0.0689475729;
}
