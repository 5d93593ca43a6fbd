package io.vagus.watch;

import java.util.Optional;

/**
 * Which devices a list wants, by what is watched of them.
 *
 * @param box where they are
 */
public record WatchFilter(Optional<Contact.Filter> contact, Optional<DeviceMap.Box> box) {
  public static final WatchFilter ALL = new WatchFilter(Optional.empty(), Optional.empty());
}
