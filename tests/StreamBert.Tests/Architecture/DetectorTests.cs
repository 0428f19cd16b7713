using StreamBert.CodeMetrics;

namespace StreamBert.Tests.Architecture;

/// <summary>Detectors are plain objects: they see windows only, so that a backtest on virtual time gives what a live run gives.</summary>
[Collection(nameof(SourceTests))]
public sealed class DetectorTests
{
    private static readonly string[] Folders =
        ["Assessments", "Statistics", "Baselines", "Labels", "Volume", "Drift", "Fairness", "Capacity"];

    private static readonly string[] Forbidden =
        ["TimeProvider", "IObservable", "Observable", "IEventLog", "IGroupReader", "AlertStateMachine", "AlertText"];

    private static IReadOnlyList<SourceFile> Sources =>
    [
        .. Repository.Containing(AppContext.BaseDirectory).Product
            .Where(static file => file.Project == "services/StreamBert.Monitoring" && Folders.Contains(file.Folder)),
    ];

    [Fact]
    public void A_detector_knows_neither_a_clock_nor_Rx_nor_the_log_nor_alerts()
    {
        var uses = Sources.SelectMany(static file => Forbidden
            .Where(name => file.Root.DescendantTokens().Any(token => token.Text == name))
            .Select(name => $"{file.Path}: {name}"));

        Assert.Equal("", string.Join('\n', uses));
    }

    [Fact]
    public void A_detector_does_not_know_another_detector()
    {
        var detectors = Sources.Select(static file => Path.GetFileNameWithoutExtension(file.Path))
            .Where(static name => name.EndsWith("Detector", StringComparison.Ordinal) && name != "IDetector").ToList();
        var uses = Sources.SelectMany(file => detectors
            .Where(detector => !file.Path.EndsWith($"/{detector}.cs", StringComparison.Ordinal))
            .Where(detector => file.Root.DescendantTokens().Any(token => token.Text == detector))
            .Select(detector => $"{file.Path}: {detector}"));

        Assert.True(detectors.Count >= 5, $"Only {detectors.Count} detectors were found.");
        Assert.Equal("", string.Join('\n', uses));
    }
}
