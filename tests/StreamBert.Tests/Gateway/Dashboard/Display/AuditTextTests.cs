using System.Reflection;
using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;

namespace StreamBert.Tests.Gateway.Dashboard.Display;

public sealed class AuditTextTests
{
    [Fact]
    public void Every_action_can_be_chosen() => Assert.Equal(
        typeof(AuditActions).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
        AuditText.Actions.Order(StringComparer.Ordinal));

    [Fact]
    public void An_action_is_named_as_a_sentence_begins() => Assert.Equal("Model rolled back", AuditText.Action("model-rolled-back"));
}
