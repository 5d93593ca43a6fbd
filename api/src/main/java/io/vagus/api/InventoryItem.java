package io.vagus.api;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.watch.Contact;
import java.time.Duration;
import java.util.List;

/**
 * One device as the inventory counts it.
 *
 * @param firmware what runs on it, by its own last word, else by the registry; empty: not known
 * @param wanted the firmware that its desired state names; empty: none
 */
record InventoryItem(
    Device device,
    String firmware,
    String wanted,
    Standings.Standing standing,
    Contact contact,
    LastContact last) {

  /** How long ago it was last in contact; one that is connected is now. */
  enum LastContact {
    HOUR(Duration.ofHours(1)),
    DAY(Duration.ofDays(1)),
    WEEK(Duration.ofDays(7)),
    MONTH(Duration.ofDays(30)),
    OLDER(Duration.ofNanos(Long.MAX_VALUE)),
    NEVER(Duration.ZERO);

    private final Duration within;

    LastContact(Duration within) {
      this.within = within;
    }

    static LastContact of(Contact contact, long nowMicros) {
      if (contact.connected()) {
        return HOUR;
      }
      if (contact.lastSeenMicros().isEmpty()) {
        return NEVER;
      }
      long agoMicros = nowMicros - contact.lastSeenMicros().getAsLong();
      for (LastContact bucket : List.of(HOUR, DAY, WEEK, MONTH)) {
        if (agoMicros <= bucket.within.toNanos() / 1000) {
          return bucket;
        }
      }
      return OLDER;
    }
  }

  /** Whether it runs the firmware that is wanted. */
  enum Firmware {
    /** None is wanted. */
    NONE_WANTED,
    AS_WANTED,
    OTHER
  }

  Firmware judged() {
    if (wanted.isEmpty()) {
      return Firmware.NONE_WANTED;
    }
    return wanted.equals(firmware) ? Firmware.AS_WANTED : Firmware.OTHER;
  }

  String hardware() {
    return device.details().getOrDefault(Detail.HARDWARE_REVISION, "");
  }

  boolean isSilent() {
    return contact.is(Contact.Filter.SILENT);
  }
}
