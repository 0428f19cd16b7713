using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>The tests that share one <see cref="FilledDashboard"/>.</summary>
[CollectionDefinition(nameof(FilledDashboard))]
public sealed class FilledDashboardTests : ICollectionFixture<FilledDashboard>;

/// <summary>A dashboard whose pages all have content.</summary>
public sealed class FilledDashboard : IAsyncLifetime
{
    public const string Prediction = "filled-prediction", Text = "Factory orders rise for a fifth month";
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private bool _isFilled;

    /// <summary>The addresses of its pages.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        "?pipeline=financial-news", "?pipeline=quiet", "alerts?pipeline=financial-news", $"alerts/{SampleEvents.Surge("filled", Now).Id}",
        "alerts/unfair", "alerts/none", "models", "training", "try", "labelling?pipeline=financial-news", "dead-letters", "silences",
        "?pipeline=financial-news&range=all", "predictions?pipeline=financial-news", $"predictions/{Prediction}", "accuracy", "fairness",
        "drift", "sources", "pipelines", "audit", "settings", "models/default/compare?a=default-v1&b=default-v2",
    ];

    public static string Alert { get; } = SampleEvents.Surge("filled", Now).Id;

    public DashboardHost Host { get; } = new();

    public ValueTask InitializeAsync() => Host.InitializeAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>Opens a page; before the first one the log is filled.</summary>
    public async Task<CheckedPage> OpenAsync(
        string path, Microsoft.Playwright.ColorScheme theme = Microsoft.Playwright.ColorScheme.Light, string locale = "en-US")
    {
        if (!_isFilled)
            await FillAsync();
        _isFilled = true;
        return await Host.OpenAsync(path, theme, locale);
    }

    private async Task FillAsync()
    {
        var prediction = SampleEvents.Prediction(Prediction, "financial-news", Text, "positive", Now);
        await Host.AppendAsync(Topics.Predictions, prediction.Id, prediction, Now);
        foreach (var minute in Enumerable.Range(-5, 5))
        {
            var window = SampleEvents.Window("financial-news", Now.AddMinutes(minute), 3, 5, 8);
            await Host.AppendAsync(Topics.Trends, $"financial-news/{minute}", window, Now);
        }
        foreach (var alert in (AlertRaised[])[SampleEvents.Surge("filled", Now), SampleEvents.Unfair("unfair", Now)])
            await Host.AppendAsync(Topics.Alerts, alert.Id, alert, Now);
        await Host.AppendAsync(Topics.DeadLetter, "letter", SampleEvents.DeadLetter(1, "not-utf8", Now), Now);
        await Host.AppendAsync(Topics.Accuracy, "financial-news/sentiment/all", SampleEvents.Accuracy(SeriesKey.All, 9_600, Now), Now);
        await Host.AppendAsync(Topics.Fairness, "financial-news/region", SampleEvents.Fairness("region/sentiment=negative", Now), Now);
        await Host.AppendAsync(Topics.Models, "default", SampleEvents.Trained(Now), Now);
    }
}
