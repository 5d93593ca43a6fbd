package io.vagus.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the devices of a profile, the same ones for the same seed. */
final class Population {
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
    Profile.Site site = site(own);
    String name =
        product.naming().replace("{n}", Integer.toString(number)).replace("{site}", site.name());
    DevicePlan plan =
        new DevicePlan(
            id,
            product.id(),
            name,
            site.name().isEmpty() ? Map.of() : Map.of("site", site.name()),
            site,
            own.of("way").uniform(0) < product.httpShare()
                ? DevicePlan.Way.HTTP
                : DevicePlan.Way.MQTT,
            product.cadenceMicros(),
            product.signals(),
            List.of(),
            product.link(),
            (long) (own.of("skew").normal(0) * product.skewMicros()),
            product.driftPpm() * own.of("drift").normal(0),
            false);
    for (int i = 0; i < product.oddities().size(); i++) {
      Profile.Oddity oddity = product.oddities().get(i);
      if (oddity.concerns(number, own.of("oddity" + i))) {
        plan = with(plan, oddity);
      }
    }
    return plan;
  }

  /** Near one of the sites: some hundred metres about it. */
  private Profile.Site site(Dice own) {
    if (profile.sites().isEmpty()) {
      return new Profile.Site("", Double.NaN, Double.NaN);
    }
    int chosen = (int) (own.of("site").uniform(0) * profile.sites().size());
    Profile.Site site = profile.sites().get(chosen);
    double lat = site.lat() + 0.02 * own.of("lat").normal(0);
    double lon = site.lon() + 0.02 * own.of("lon").normal(0);
    return new Profile.Site(site.name(), rounded(lat), rounded(lon));
  }

  private static double rounded(double degrees) {
    return Math.round(degrees * 1e5) / 1e5;
  }

  private static DevicePlan with(DevicePlan plan, Profile.Oddity odd) {
    List<Fault> faults = new ArrayList<>(plan.faults());
    faults.addAll(odd.faults());
    Link link = plan.link();
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
        new Link(
            Math.max(link.loss(), odd.link().loss()),
            Math.max(link.duplicates(), odd.link().duplicates()),
            Math.max(link.late(), odd.link().late()),
            Math.max(link.latencyMicros(), odd.link().latencyMicros()),
            Math.max(link.disconnectsPerHour(), odd.link().disconnectsPerHour())),
        plan.clockSkewMicros() + odd.skewMicros(),
        plan.clockDriftPpm() + odd.driftPpm(),
        plan.wrongSecret() || odd.wrongSecret());
  }
}
