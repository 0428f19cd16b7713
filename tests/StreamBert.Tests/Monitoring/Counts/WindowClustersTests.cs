using StreamBert.Monitoring.Counts;

namespace StreamBert.Tests.Monitoring.Counts;

/// <summary>Oracle: the clusters of a window with memory of its own.</summary>
public sealed class WindowClustersTests
{
    [Fact]
    public void Clusters_in_the_memory_of_an_earlier_window_are_those_of_a_new_one()
    {
        var (reused, fresh) = (new WindowClusters(), new WindowClusters());
        Fill(reused, "earlier", texts: 400, capacity: 100);
        reused.GroupStories();
        Assert.True(reused.Sampling > 0);
        reused.Reset();

        Fill(reused, "later", texts: 150, capacity: 1000);
        Fill(fresh, "later", texts: 150, capacity: 1000);

        Assert.Equal(fresh.Sampling, reused.Sampling);
        Assert.Equal(fresh.Cells, reused.Cells);
        Assert.Equal(fresh.Packed, reused.Packed);
        Assert.False(reused.Contains(ClusterCell.OfSegment("earlier=0")));
        Assert.All(Enumerable.Range(0, 150), text => Assert.Equal(Key(text), reused.Representative(Key(text))));
    }

    private static void Fill(WindowClusters clusters, string dimension, int texts, int capacity)
    {
        for (var text = 0; text < texts; text++)
            clusters.Add(new(Key(text), IsStory: true), [clusters.IdOf(ClusterCell.OfSegment($"{dimension}={text % 7}"))], capacity);
    }

    /// <summary>Returns keys that differ in their low bits, so that many are near-duplicates once they are grouped.</summary>
    private static ulong Key(int text) => (ulong)text;
}
