package io.vagus.fleet;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A simulated device as the API takes it. */
final class DeviceShape {
  private DeviceShape() {}

  /**
   * As JSON.
   *
   * @param secret whether the server is to make it one
   */
  static String of(DevicePlan plan, boolean secret) {
    ObjectNode device = JsonMapper.shared().createObjectNode();
    device.put("id", plan.id()).put("product", plan.product()).put("name", plan.name());
    ObjectNode tags = device.putObject("tags");
    plan.tags().forEach(tags::put);
    if (!Double.isNaN(plan.site().lat())) {
      device.putObject("location").put("lat", plan.site().lat()).put("lon", plan.site().lon());
    }
    if (secret) {
      device.put("generateSecret", true);
    }
    return device.toString();
  }
}
