package io.vagus.api;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One operation of the API; {@link RouteRights} says who may call it.
 *
 * @param template a segment in braces stands for any one segment
 * @param query names it understands; {@code tag.KEY} stands for every name that begins with tag.,
 *     {@link Query#OTHERS} for every other one, which is ignored
 * @param body what it reads
 */
record Route(String method, String template, Set<String> query, Body body, Handler handler) {

  /** What a request carries. */
  enum Body {
    NONE,
    JSON,
    /** JSON that holds a secret: nothing quickly guessed from may be stored of it. */
    SECRET_JSON,
    /** A stream of any length up to the bulk bound, with secrets. */
    BULK;

    boolean hasSecret() {
      return this == SECRET_JSON || this == BULK;
    }
  }

  @FunctionalInterface
  interface Handler {
    Reply handle(Call call) throws IOException;
  }

  static Route get(String template, Set<String> query, Handler handler) {
    return new Route("GET", template, query, Body.NONE, handler);
  }

  static Route get(String template, Handler handler) {
    return get(template, Set.of(), handler);
  }

  static Route write(String method, String template, Body body, Handler handler) {
    return new Route(method, template, Set.of(), body, handler);
  }

  boolean mutates() {
    return !method.equals("GET");
  }

  List<String> segments() {
    return split(template);
  }

  static List<String> split(String path) {
    return Arrays.asList(path.substring(1).split("/", -1));
  }

  static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  /** The path's parameters when it fits; segments are decoded. */
  static Optional<Map<String, String>> fit(List<String> template, List<String> path) {
    if (template.size() != path.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < template.size(); i++) {
      String expected = template.get(i);
      if (isParameter(expected)) {
        parameters.put(expected.substring(1, expected.length() - 1), path.get(i));
      } else if (!expected.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  boolean understands(String queryName) {
    return query.contains(queryName)
        || (query.contains(Query.TAGS) && queryName.startsWith(Query.TAG_PREFIX));
  }
}
