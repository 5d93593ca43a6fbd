package io.vagus.model;

import java.time.Instant;
import java.util.Map;

/**
 * A registered device.
 *
 * @param product id of its {@link ProductModel}
 * @param tags free words by key
 * @param version rises by one with each change, for conditional updates
 */
public record Device(
    DeviceId id,
    String product,
    String name,
    Status status,
    Map<String, String> tags,
    Instant createdAt,
    Instant updatedAt,
    long version) {

  public Device {
    tags = Map.copyOf(tags);
  }

  /** Whether it may connect. */
  public enum Status {
    ACTIVE,
    SUSPENDED
  }
}
