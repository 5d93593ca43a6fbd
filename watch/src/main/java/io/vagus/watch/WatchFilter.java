package io.vagus.watch;

import java.util.Optional;

/**
 * Which devices a list wants, by what is watched of them.
 *
 * @param box where they are
 * @param within in which groups
 */
public record WatchFilter(
    Optional<Contact.Filter> contact, Optional<DeviceMap.Box> box, Within within) {
  public static final WatchFilter ALL =
      new WatchFilter(Optional.empty(), Optional.empty(), Within.EVERYWHERE);

  /** Whether only the registry's knowledge counts. */
  public boolean isEmpty() {
    return contact.isEmpty() && box.isEmpty();
  }
}
