using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Windows;

public sealed class TrackedEntitiesTests
{
    private const string Table = "segments of entity";

    [Fact]
    public void Memory_is_bounded_and_a_rare_name_is_never_tracked()
    {
        var entities = new TrackedEntities();
        var options = new WindowOptions { MaxEntities = 5, MinimumEntityMentions = 3 };
        for (var i = 0; i < 10_000; i++)
        {
            Update(entities, options, ($"rare{i}", 1));
            if (i % 10 == 0)
                Update(entities, options, ($"often{i / 10 % 3}", 1));
        }

        Assert.Equal(["often0", "often1", "often2"], entities.Uses.Keys.Order());
        Assert.InRange(entities.Candidates.Count, 0, 50);
    }

    [Fact]
    public void A_name_that_becomes_frequent_replaces_the_least_frequent_one_of_a_full_table_within_windows()
    {
        var entities = new TrackedEntities();
        var options = new WindowOptions { MaxEntities = 3, MinimumEntityMentions = 3 };
        for (var window = 0; window < 100; window++)
            Update(entities, options, ("daily", 4), ("hourly", 2), ("weekly", 1));
        Assert.Equal(["daily", "hourly", "weekly"], entities.Uses.Keys.Order());

        Update(entities, options, ("daily", 4), ("hourly", 2), ("weekly", 1), ("hot", 40));

        Assert.Equal(["daily", "hot", "hourly"], entities.Uses.Keys.Order());
    }

    [Fact]
    public void Names_that_occur_now_and_then_replace_none_that_is_in_regular_use()
    {
        var entities = new TrackedEntities();
        var options = new WindowOptions { MaxEntities = 2, MinimumEntityMentions = 3 };
        for (var window = 0; window < 500; window++)
        {
            var overflow = Update(entities, options, ("daily", 4), ("hourly", 2), ($"tail{window % 20}", 1));
            Assert.Equal(window >= 40 ? 1 : 0, overflow);
        }

        Assert.Equal(["daily", "hourly"], entities.Uses.Keys.Order());
    }

    [Fact]
    public void A_name_that_is_no_longer_mentioned_makes_room()
    {
        var entities = new TrackedEntities();
        var options = new WindowOptions { MaxEntities = 1, MinimumEntityMentions = 1 };
        Update(entities, options, ("old", 1));
        for (var window = 0; window < 20; window++)
            Update(entities, options);

        Assert.Equal(0, Update(entities, options, ("new", 1)));
        Assert.Equal(["new"], entities.Uses.Keys);
    }

    /// <summary>Updates with a window, and returns the number of names over the capacity.</summary>
    private static long Update(TrackedEntities entities, WindowOptions options, params (string Name, long Mentions)[] used) =>
        entities.Update(Table, used.Select(static use => KeyValuePair.Create(use.Name, use.Mentions)), options, 0).Overflow.Names;
}
