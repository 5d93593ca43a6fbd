package io.vagus.ingest.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a device that polls wants to wait.
 *
 * @param after the version it holds; negative when it wants the whole
 * @param problem why the query is refused
 */
record Poll(long after, Duration longest, Optional<String> problem) {
  private static final int MAX_WAIT_SECONDS = 55;
  private static final Poll NONE = new Poll(-1, Duration.ZERO, Optional.empty());

  static Poll of(String uri) {
    if (uri.indexOf('?') < 0) {
      return NONE;
    }
    try {
      return of(new QueryStringDecoder(uri).parameters());
    } catch (IllegalArgumentException e) {
      return refused("query: not percent-encoded");
    }
  }

  private static Poll of(Map<String, List<String>> query) {
    String after = query.getOrDefault("after", List.of("-1")).getFirst();
    String wait = query.getOrDefault("wait", List.of("0")).getFirst();
    if (!after.matches("-1|\\d{1,18}")) {
      return refused("after: no version (expected: a whole number)");
    }
    if (!wait.matches("\\d{1,2}") || Integer.parseInt(wait) > MAX_WAIT_SECONDS) {
      return refused("wait: no time (expected: 0 to " + MAX_WAIT_SECONDS + " seconds)");
    }
    return new Poll(
        Long.parseLong(after), Duration.ofSeconds(Integer.parseInt(wait)), Optional.empty());
  }

  private static Poll refused(String why) {
    return new Poll(-1, Duration.ZERO, Optional.of(why));
  }
}
