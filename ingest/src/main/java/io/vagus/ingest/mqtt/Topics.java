package io.vagus.ingest.mqtt;

import java.util.ArrayList;
import java.util.List;

/** Topic names and topic filters (MQTT 5.0 §4.7), pure. */
final class Topics {
  static final int MAX_LEVELS = 128;
  static final String SHARE = "$share/";

  private Topics() {}

  /** At least one character, no wildcard, levels bounded [MQTT-4.7.1-1, MQTT-4.7.3-1]. */
  static boolean isValidName(String topic) {
    return !topic.isEmpty()
        && topic.indexOf('#') < 0
        && topic.indexOf('+') < 0
        && levelsWithinBound(topic);
  }

  /** Wildcards alone on their level, {@code #} last; a share name without wildcards. */
  static boolean isWellFormedFilter(String filter) {
    if (!filter.startsWith("$share")) {
      return isPlainFilter(filter);
    }
    if (!filter.startsWith(SHARE)) {
      return !filter.equals("$share") && isPlainFilter(filter);
    }
    int end = filter.indexOf('/', SHARE.length());
    return end > SHARE.length()
        && isValidName(filter.substring(SHARE.length(), end))
        && isPlainFilter(filter.substring(end + 1));
  }

  private static boolean isPlainFilter(String filter) {
    int length = filter.length();
    for (int i = 0; i < length; i++) {
      char c = filter.charAt(i);
      if (c == '#' && i != length - 1) {
        return false;
      }
      if (c == '#' || c == '+') {
        boolean opens = i == 0 || filter.charAt(i - 1) == '/';
        boolean closes = i == length - 1 || filter.charAt(i + 1) == '/';
        if (!opens || !closes) {
          return false;
        }
      }
    }
    return length > 0;
  }

  static boolean levelsWithinBound(String topic) {
    int levels = 1;
    for (int i = topic.indexOf('/'); i >= 0; i = topic.indexOf('/', i + 1)) {
      levels++;
    }
    return levels <= MAX_LEVELS;
  }

  static List<String> levels(String topic) {
    List<String> levels = new ArrayList<>(6);
    int from = 0;
    for (int i = topic.indexOf('/'); i >= 0; i = topic.indexOf('/', from)) {
      levels.add(topic.substring(from, i));
      from = i + 1;
    }
    levels.add(topic.substring(from));
    return levels;
  }

  /** Whether every topic that {@code narrow} matches is matched by {@code wide} too. */
  static boolean covers(String wide, String narrow) {
    boolean reserved = narrow.startsWith("$");
    if (reserved && (wide.startsWith("+") || wide.startsWith("#"))) {
      return false; // [MQTT-4.7.2-1]
    }
    List<String> w = levels(wide);
    List<String> n = levels(narrow);
    for (int i = 0; i < w.size(); i++) {
      String level = w.get(i);
      if (level.equals("#")) {
        return true; // also matches its parent level
      }
      if (i >= n.size() || n.get(i).equals("#")) {
        return false;
      }
      if (!level.equals("+") && !level.equals(n.get(i))) {
        return false;
      }
    }
    return w.size() == n.size();
  }

  /** A topic name is the narrowest filter. */
  static boolean matches(String filter, String topic) {
    return covers(filter, topic);
  }
}
