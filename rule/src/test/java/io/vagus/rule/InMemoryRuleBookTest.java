package io.vagus.rule;

class InMemoryRuleBookTest extends RulesContract {
  @Override
  Rules open() {
    return new InMemoryRuleBook(product -> productVersions.getOrDefault(product, 0));
  }

  @Override
  void shut() {}
}
