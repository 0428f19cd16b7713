using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Windows;

public sealed class TrackedEntitiesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Memory_is_bounded_and_a_rare_name_is_never_tracked()
    {
        var entities = new TrackedEntities();
        var options = new WindowOptions { MaxEntities = 5, MinimumEntityMentions = 3 };
        for (var i = 0; i < 10_000; i++)
        {
            Assert.False(entities.TryTrack($"entity=ORG:rare{i}", Start, 1, options, out _));
            if (i % 10 == 0)
                entities.TryTrack($"entity=ORG:often{i / 10 % 3}", Start, 1, options, out _);
        }

        Assert.Equal(["entity=ORG:often0", "entity=ORG:often1", "entity=ORG:often2"], entities.LastMentions.Keys.Order());
        Assert.InRange(entities.Candidates.Count, 0, 50);
    }

    [Fact]
    public void A_new_name_replaces_one_that_has_exceeded_the_idle_timeout()
    {
        var entities = new TrackedEntities();
        var options = new WindowOptions { MaxEntities = 1, MinimumEntityMentions = 1, EntityIdleTimeout = TimeSpan.FromMinutes(5) };

        Assert.True(entities.TryTrack("entity=ORG:old", Start, 1, options, out _));
        Assert.False(entities.TryTrack("entity=ORG:new", Start.AddMinutes(4), 1, options, out _));
        Assert.True(entities.TryTrack("entity=ORG:new", Start.AddMinutes(5), 1, options, out _));
        Assert.Equal(["entity=ORG:new"], entities.LastMentions.Keys);
    }
}
