package io.vagus.registry.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Some devices in order of id, and their texts in one piece, each ending in a line break: to look
 * through it is one pass over memory. What is looked for has no line break, so that nothing is
 * found across two of them. Immutable.
 */
final class SearchChunk {
  private final SearchRow[] rows;
  private final int[] starts;
  private final String text;

  SearchChunk(List<SearchRow> sorted) {
    StringBuilder all = new StringBuilder();
    rows = new SearchRow[sorted.size()];
    starts = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      SearchRow row = sorted.get(i);
      starts[i] = all.length();
      all.append(row.text()).append('\n');
      rows[i] = row.withText("");
    }
    text = all.toString();
  }

  /** With their texts. */
  List<SearchRow> rows() {
    List<SearchRow> whole = new ArrayList<>(rows.length);
    for (int i = 0; i < rows.length; i++) {
      SearchRow row = rows[i];
      int end = i + 1 < rows.length ? starts[i + 1] : text.length();
      whole.add(row.withText(text.substring(starts[i], end - 1)));
    }
    return whole;
  }

  String firstId() {
    return rows[0].id().value();
  }

  String lastId() {
    return rows[rows.length - 1].id().value();
  }

  /**
   * Shows, in order, the devices whose text has the part.
   *
   * @param after id behind which to begin; empty: from the first
   * @param visitor false ends it
   * @return whether it came to the end
   */
  boolean find(String part, String after, Predicate<SearchRow> visitor) {
    int row = firstBehind(after);
    while (row < rows.length) {
      int at = text.indexOf(part, starts[row]);
      if (at < 0) {
        return true;
      }
      row = rowAt(at);
      if (!visitor.test(rows[row])) {
        return false;
      }
      row++;
    }
    return true;
  }

  private int firstBehind(String after) {
    if (after.compareTo(firstId()) < 0) {
      return 0;
    }
    int low = 0;
    int high = rows.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (rows[middle].id().value().compareTo(after) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int rowAt(int position) {
    int found = Arrays.binarySearch(starts, position);
    return found >= 0 ? found : -found - 2;
  }
}
