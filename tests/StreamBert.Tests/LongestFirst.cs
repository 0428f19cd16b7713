using StreamBert.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace StreamBert.Tests;

/// <summary>Starts the classes that take longest first, so that no core idles at the end while one of them still runs.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>Most of them wait for timeouts of clients or for processes.</summary>
    private static readonly string[] Longest =
    [
        "KafkaErrorTests", "KafkaOutageTests", "KafkaMockEventLogTests", "TrainingWorkerTests", "MonitoringWorkerTests",
        "DefaultModelTests", "DashboardTests", "KilledRolloutTests", "ReplayInOrderTests", "FourServicesTests", "HttpAbuseTests",
        "StateOutageTests",
    ];

    public IReadOnlyCollection<TCollection> OrderTestCollections<TCollection>(IReadOnlyCollection<TCollection> testCollections)
        where TCollection : ITestCollection =>
        [.. testCollections.OrderBy(static collection => Rank(collection.TestCollectionDisplayName))];

    private static int Rank(string collection)
    {
        var index = Array.FindIndex(Longest, name => collection.Contains($".{name} ", StringComparison.Ordinal));
        return index < 0 ? Longest.Length : index;
    }
}
