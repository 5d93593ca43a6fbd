package io.vagus.fleet;

import java.util.List;
import java.util.Map;

/** What a fleet is made of, as a file describes it; {@link ProfileFile} reads it. */
record Profile(List<Product> products) {
  /** The tag that names the version of a device's software. */
  static final String VERSION = "firmware";

  /** The tag that names the place where a device stands. */
  static final String SITE = "site";

  /**
   * Where devices stand, in degrees (WGS 84).
   *
   * @param name empty: it has none, and the devices get no tag of it
   * @param lat NaN: where it is is not known
   * @param spread deviation of its devices' places
   * @param share of the devices, in relation to the other sites
   */
  record Site(String name, double lat, double lon, double spread, double share) {
    static final Site NOWHERE = new Site("", Double.NaN, Double.NaN, 0, 1);
  }

  /**
   * @param devices how many, or their share when the fleet's size is given otherwise
   * @param naming a device's name: {@code {n}} is its number, {@code {site}} its site's name
   * @param model the product as the API takes it
   * @param tags the version of the software among them
   */
  record Product(
      String id,
      int devices,
      String naming,
      String model,
      Map<String, Signal> signals,
      Sending sending,
      Map<String, Shares> tags,
      List<Site> sites,
      List<Oddity> oddities) {

    Product overHttp(double share) {
      Sending other = new Sending(sending.cadenceMicros(), share, sending.link(), sending.clock());
      return new Product(id, devices, naming, model, signals, other, tags, sites, oddities);
    }
  }

  /**
   * How devices send.
   *
   * @param httpShare of the devices, 0 to 1; the others speak MQTT
   */
  record Sending(long cadenceMicros, double httpShare, Link link, Clock clock) {}

  /**
   * How wrong clocks are.
   *
   * @param skewMicros how far ahead at the start; of a product the deviation
   * @param driftPpm microseconds gained in a second; of a product the deviation
   */
  record Clock(long skewMicros, double driftPpm) {}

  /**
   * What is different with some devices of a product.
   *
   * @param numbers which, by their number; empty: a share of them
   * @param cadenceMicros 0: as the others
   * @param stubborn whether they keep their cadence, whatever is desired
   */
  record Oddity(
      List<Integer> numbers,
      double share,
      List<Fault> faults,
      Link link,
      long cadenceMicros,
      Clock clock,
      boolean wrongSecret,
      boolean stubborn) {

    boolean concerns(int number, Dice dice) {
      return numbers.isEmpty() ? dice.uniform(0) < share : numbers.contains(number);
    }
  }

  int devices() {
    return products.stream().mapToInt(Product::devices).sum();
  }

  /** The same with another share of HTTP. */
  Profile overHttp(double share) {
    return new Profile(products.stream().map(product -> product.overHttp(share)).toList());
  }
}
