package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;

/** What relations are between: a device, or a group, which stands for an asset that is none. */
public sealed interface Node extends Comparable<Node> {

  record OfDevice(DeviceId id) implements Node {
    @Override
    public String text() {
      return DEVICE + id.value();
    }
  }

  record OfGroup(GroupId id) implements Node {
    @Override
    public String text() {
      return GROUP + id.value();
    }
  }

  String DEVICE = "device:";
  String GROUP = "group:";

  /** As it is stored: {@code device:pump-1}, {@code group:acme/north}. */
  String text();

  /** The inverse; an {@link IllegalArgumentException} for anything else. */
  static Node parse(String text) {
    if (text.startsWith(DEVICE) && DeviceId.isValid(text.substring(DEVICE.length()))) {
      return new OfDevice(new DeviceId(text.substring(DEVICE.length())));
    }
    if (text.startsWith(GROUP)) {
      return new OfGroup(new GroupId(text.substring(GROUP.length())));
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" (expected: such as device:pump-1 or group:acme/north)");
  }

  @Override
  default int compareTo(Node other) {
    return text().compareTo(other.text());
  }
}
