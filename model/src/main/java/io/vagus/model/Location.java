package io.vagus.model;

/** A place on earth in degrees (WGS 84): latitude -90 to 90, longitude -180 to 180. */
public record Location(double lat, double lon) {
  public Location {
    requireWithin("lat", lat, 90);
    requireWithin("lon", lon, 180);
  }

  private static void requireWithin(String axis, double degrees, int bound) {
    if (!(Math.abs(degrees) <= bound)) {
      throw new IllegalArgumentException(
          axis + ": " + degrees + " (expected: -" + bound + " to " + bound + ")");
    }
  }
}
