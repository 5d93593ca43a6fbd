package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Pages of devices, in order of id. */
public final class Paging {
  public static final int MAX_PAGE = 1000;
  private static final String CURSOR_FORMAT = "d1 ";

  private Paging() {}

  public static void requireLimit(int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw Rules.invalid("limit: " + limit + " (expected: 1 to " + MAX_PAGE + ")");
    }
  }

  /**
   * The page that begins a list.
   *
   * @param found one more than {@code limit} when there is a next page
   */
  public static Page<Device> page(List<Device> found, int limit) {
    return pageOf(found, limit, Device::id);
  }

  /** The same of whatever there is one of for each device. */
  public static <T> Page<T> pageOf(List<T> found, int limit, Function<T, DeviceId> id) {
    return found.size() <= limit
        ? new Page<>(found, Optional.empty())
        : new Page<>(
            found.subList(0, limit), Optional.of(cursorAfter(id.apply(found.get(limit - 1)))));
  }

  /**
   * The page that begins a list, when its devices are looked up by id; those that are gone by then
   * are left out.
   *
   * @param found one more than {@code limit} when there is a next page
   */
  public static Page<Device> page(
      List<DeviceId> found, int limit, Function<DeviceId, Optional<Device>> lookup) {
    boolean more = found.size() > limit;
    List<DeviceId> shown = more ? found.subList(0, limit) : found;
    return new Page<>(
        shown.stream().flatMap(id -> lookup.apply(id).stream()).toList(),
        more ? Optional.of(cursorAfter(shown.getLast())) : Optional.empty());
  }

  /**
   * The first of several lists' devices.
   *
   * @param sorted those of all lists
   * @param more whether one of the lists goes on
   */
  public static Page<Device> merged(List<Device> sorted, int limit, boolean more) {
    List<Device> shown = sorted.subList(0, Math.min(limit, sorted.size()));
    boolean goesOn = !shown.isEmpty() && (more || sorted.size() > limit);
    return new Page<>(
        shown, goesOn ? Optional.of(cursorAfter(shown.getLast().id())) : Optional.empty());
  }

  private static String cursorAfter(DeviceId last) {
    byte[] bytes = (CURSOR_FORMAT + last.value()).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The last device of the page that gave the cursor; anything else is an INVALID_REQUEST. */
  public static DeviceId cursorDevice(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (text.startsWith(CURSOR_FORMAT)) {
        return new DeviceId(text.substring(CURSOR_FORMAT.length()));
      }
      throw new IllegalArgumentException("format");
    } catch (IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "cursor: not one that this list gave (expected: its next)", e);
    }
  }
}
