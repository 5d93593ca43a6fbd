package io.vagus.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Makes the devices of a profile, the same ones for the same seed. */
final class Population {
  private static final int WAY = 0;
  private static final int SITE = 1;
  private static final int FIRST_TAG = 2;

  private final Profile profile;
  private final Dice dice;

  Population(Profile profile, long seed) {
    this.profile = profile;
    this.dice = new Dice(seed).of("population");
  }

  /**
   * @param size how many in all, shared out as the profile's numbers say
   */
  List<DevicePlan> devices(int size) {
    List<DevicePlan> plans = new ArrayList<>(size);
    int whole = profile.devices();
    int before = 0;
    for (Profile.Product product : profile.products()) {
      int after = before + product.devices();
      int count = (int) ((long) size * after / whole - (long) size * before / whole);
      for (int n = 1; n <= count; n++) {
        plans.add(device(product, n));
      }
      before = after;
    }
    return plans;
  }

  private DevicePlan device(Profile.Product product, int number) {
    String id = String.format(Locale.ROOT, "%s-%03d", product.id(), number);
    Dice own = dice.of(id);
    Even even = new Even(dice.of(product.id()), number);
    Profile.Site site = site(product.sites(), even.at(SITE), own);
    Profile.Sending sending = product.sending();
    DevicePlan plan =
        new DevicePlan(
            id,
            product.id(),
            product.naming().replace("{n}", "" + number).replace("{site}", site.name()),
            tags(product, site, even),
            site,
            even.at(WAY) < sending.httpShare() ? DevicePlan.Way.HTTP : DevicePlan.Way.MQTT,
            sending.cadenceMicros(),
            product.signals(),
            List.of(),
            sending.link(),
            new Profile.Clock(
                (long) (own.of("skew").normal(0) * sending.clock().skewMicros()),
                own.of("drift").normal(0) * sending.clock().driftPpm()),
            false,
            false);
    for (int i = 0; i < product.oddities().size(); i++) {
      Profile.Oddity oddity = product.oddities().get(i);
      if (oddity.concerns(number, own.of("oddity" + i))) {
        plan = with(plan, oddity);
      }
    }
    return plan;
  }

  private static Map<String, String> tags(Profile.Product product, Profile.Site site, Even even) {
    Map<String, String> tags = new TreeMap<>();
    int question = FIRST_TAG;
    for (Map.Entry<String, Shares> tag : product.tags().entrySet()) {
      tags.put(tag.getKey(), tag.getValue().pick(even.at(question++)));
    }
    tags.put(Profile.SITE, site.name());
    tags.values().removeIf(String::isEmpty);
    return tags;
  }

  /** Where the device itself stands: some way about the site. */
  private static Profile.Site site(List<Profile.Site> sites, double part, Dice own) {
    double left = part * sites.stream().mapToDouble(Profile.Site::share).sum();
    Profile.Site chosen = Profile.Site.NOWHERE;
    for (Profile.Site site : sites) {
      left -= site.share();
      chosen = site;
      if (left < 0) {
        break;
      }
    }
    double lat = chosen.lat() + chosen.spread() * own.of("lat").normal(0);
    double lon = chosen.lon() + chosen.spread() * own.of("lon").normal(0);
    return new Profile.Site(
        chosen.name(), rounded(lat, 90), rounded(lon, 180), chosen.spread(), chosen.share());
  }

  private static double rounded(double degrees, double most) {
    return Double.isNaN(degrees)
        ? degrees
        : Math.round(Math.clamp(degrees, -most, most) * 1e5) / 1e5;
  }

  private static DevicePlan with(DevicePlan plan, Profile.Oddity odd) {
    List<Fault> faults = new ArrayList<>(plan.faults());
    faults.addAll(odd.faults());
    return new DevicePlan(
        plan.id(),
        plan.product(),
        plan.name(),
        plan.tags(),
        plan.site(),
        // Who connects with a wrong secret over MQTT is not even heard by an open server.
        odd.wrongSecret() ? DevicePlan.Way.HTTP : plan.way(),
        odd.cadenceMicros() > 0 ? odd.cadenceMicros() : plan.cadenceMicros(),
        plan.signals(),
        List.copyOf(faults),
        plan.link().orWorse(odd.link()),
        new Profile.Clock(
            plan.clock().skewMicros() + odd.clock().skewMicros(),
            plan.clock().driftPpm() + odd.clock().driftPpm()),
        plan.wrongSecret() || odd.wrongSecret(),
        plan.stubborn() || odd.stubborn());
  }
}
