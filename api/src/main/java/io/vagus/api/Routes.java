package io.vagus.api;

import io.vagus.kit.Spelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the route of a request. Immutable. */
final class Routes {

  /** What a path leads to. */
  sealed interface Match {}

  record Found(Route route, Map<String, String> parameters) implements Match {}

  record WrongMethod(List<String> allowed) implements Match {}

  /**
   * Nothing.
   *
   * @param nearest template of a route that looks like it; empty when none does
   */
  record Unknown(String nearest) implements Match {}

  private record Entry(Route route, List<String> segments) {
    long parameters() {
      return segments.stream().filter(Route::isParameter).count();
    }
  }

  private final List<Entry> entries;

  Routes(List<Route> routes) {
    // A literal segment wins over a parameter: /devices/bulk is no device.
    entries =
        routes.stream()
            .map(r -> new Entry(r, r.segments()))
            .sorted(Comparator.comparingLong(Entry::parameters))
            .toList();
  }

  List<Route> all() {
    return entries.stream().map(Entry::route).toList();
  }

  /**
   * @param segments of the path, decoded
   */
  Match match(String method, List<String> segments) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    TreeSet<String> allowed = new TreeSet<>();
    for (Entry entry : entries) {
      Optional<Map<String, String>> parameters = Route.fit(entry.segments(), segments);
      if (parameters.isPresent()) {
        if (entry.route().method().equals(wanted)) {
          return new Found(entry.route(), parameters.get());
        }
        allowed.add(entry.route().method());
        if (entry.route().method().equals("GET")) {
          allowed.add("HEAD");
        }
      }
    }
    return allowed.isEmpty()
        ? new Unknown(nearest(segments))
        : new WrongMethod(new ArrayList<>(allowed));
  }

  private String nearest(List<String> path) {
    String best = "";
    int least = 5;
    for (Entry entry : entries) {
      int distance = distance(entry.segments(), path);
      if (distance < least) {
        least = distance;
        best = entry.route().template();
      }
    }
    return best;
  }

  /** Letters to change; a segment too many or too few counts as three. */
  private static int distance(List<String> template, List<String> path) {
    int sum = 3 * Math.abs(template.size() - path.size());
    for (int i = 0; i < Math.min(template.size(), path.size()) && sum < 5; i++) {
      if (!Route.isParameter(template.get(i))) {
        sum += Spelling.distance(template.get(i), path.get(i));
      }
    }
    return sum;
  }
}
