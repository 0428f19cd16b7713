using StreamBert.Contracts;
using StreamBert.Gateway.Audit;

namespace StreamBert.Tests.Gateway.Audit;

public sealed class AuditFilterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly AuditEntry Entry = new() { At = Noon, Actor = "user:anna", Action = AuditActions.RulesChanged };

    [Fact]
    public void Without_conditions_every_entry_matches() => Assert.True(new AuditFilter().Matches(Entry));

    [Theory]
    [InlineData("user:anna", true)]
    [InlineData("anna", true)]
    [InlineData("nna", false)]
    [InlineData("user", false)]
    public void An_actor_is_named_with_or_without_the_kind_of_its_credential(string actor, bool matches) =>
        Assert.Equal(matches, new AuditFilter { Actor = actor }.Matches(Entry));

    [Fact]
    public void The_first_time_is_included_and_the_last_one_is_not()
    {
        Assert.True(new AuditFilter { From = Noon, To = Noon.AddSeconds(1) }.Matches(Entry));
        Assert.False(new AuditFilter { To = Noon }.Matches(Entry));
        Assert.False(new AuditFilter { From = Noon.AddSeconds(1) }.Matches(Entry));
    }

    [Fact]
    public void All_conditions_must_be_met()
    {
        Assert.True(new AuditFilter { Actor = "anna", Action = AuditActions.RulesChanged }.Matches(Entry));
        Assert.False(new AuditFilter { Actor = "anna", Action = AuditActions.ModelPromoted }.Matches(Entry));
    }
}
