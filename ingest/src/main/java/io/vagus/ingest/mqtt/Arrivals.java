package io.vagus.ingest.mqtt;

import io.vagus.ingest.WayBack;
import io.vagus.model.DeviceId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells which devices listen to what the platform keeps for them: when they subscribe it, and when
 * a session comes back that has, until its connection is gone. On the broker thread.
 */
final class Arrivals {
  private final WayBack wayBack;

  /** How many connected sessions listen for a device. */
  private final Map<DeviceId, Integer> listening = new HashMap<>();

  Arrivals(WayBack wayBack) {
    this.wayBack = wayBack;
  }

  /**
   * @param subscriptions that are new, or new to this connection
   */
  void listens(Session session, Collection<Subscription> subscriptions) {
    Map<DeviceId, Boolean> found = new HashMap<>(2);
    for (Subscription subscription : subscriptions) {
      String filter = subscription.topicFilter();
      int end = filter.startsWith(Route.DEVICE_TOPICS) ? filter.indexOf('/', 3) : -1;
      if (end > 0 && isOfDevice(session, filter.substring(3, end))) {
        String rest = filter.substring(end + 1);
        boolean others = rest.startsWith("via/") || isWild(rest);
        if (others || rest.startsWith("twin/") || rest.startsWith("commands/")) {
          found.merge(new DeviceId(filter.substring(3, end)), others, Boolean::logicalOr);
        }
      }
    }
    found.forEach((device, others) -> {
      if (session.listensFor.add(device)) {
        listening.merge(device, 1, Integer::sum);
      }
      wayBack.listens(device, others);
    });
  }

  /** Its connection is gone. */
  void left(Session session) {
    for (DeviceId device : session.listensFor) {
      if (listening.merge(device, -1, Arrivals::sumOrNone) == null) {
        wayBack.left(device);
      }
    }
    session.listensFor.clear();
  }

  private static @Nullable Integer sumOrNone(int before, int change) {
    return before + change == 0 ? null : (Integer) (before + change);
  }

  private static boolean isWild(String rest) {
    return rest.startsWith("#") || rest.startsWith("+");
  }

  private static boolean isOfDevice(Session session, String name) {
    return DeviceId.isValid(name)
        && switch (session.principal) {
          case Principal.Anonymous _ -> true;
          case Principal.OfDevice d -> d.device().id().value().equals(name);
          case Principal.OfApplication _ -> false;
          case null -> false;
        };
  }
}
