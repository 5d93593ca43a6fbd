package io.vagus.fleet;

import java.util.List;
import java.util.Map;

/** What a fleet is made of, as a file describes it; {@link ProfileFile} reads it. */
record Profile(List<Site> sites, List<Product> products) {

  /** Where devices stand, in degrees (WGS 84). */
  record Site(String name, double lat, double lon) {}

  /**
   * @param devices how many, or their share when the fleet's size is given otherwise
   * @param naming a device's name: {@code {n}} is its number, {@code {site}} its site's name
   * @param model the product as the API takes it
   * @param httpShare of the devices, 0 to 1; the others speak MQTT
   * @param skewMicros deviation of the clocks
   * @param oddities what is different with some of the devices
   */
  record Product(
      String id,
      int devices,
      String naming,
      String model,
      long cadenceMicros,
      double httpShare,
      Link link,
      long skewMicros,
      double driftPpm,
      Map<String, Signal> signals,
      List<Oddity> oddities) {}

  /**
   * What is different with some devices of a product.
   *
   * @param numbers which, by their number; empty: a share of them
   * @param cadenceMicros 0: as the others
   */
  record Oddity(
      List<Integer> numbers,
      double share,
      List<Fault> faults,
      Link link,
      long cadenceMicros,
      long skewMicros,
      double driftPpm,
      boolean wrongSecret) {

    boolean concerns(int number, Dice dice) {
      return numbers.isEmpty() ? dice.uniform(0) < share : numbers.contains(number);
    }
  }

  int devices() {
    return products.stream().mapToInt(Product::devices).sum();
  }
}
