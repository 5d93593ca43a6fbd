package io.vagus.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A registered device.
 *
 * @param product id of its {@link ProductModel}
 * @param tags free words by key
 * @param gateway the device over whose connection it may send; that one is behind none itself
 * @param location where it stands
 * @param version rises by one with each change, for conditional updates
 */
public record Device(
    DeviceId id,
    String product,
    String name,
    Status status,
    Map<String, String> tags,
    Optional<DeviceId> gateway,
    Optional<Location> location,
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
