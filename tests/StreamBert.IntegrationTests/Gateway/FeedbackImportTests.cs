using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>The labels of a file are stored but for the rows that are refused, each of which is listed.</summary>
public sealed class FeedbackImportTests : IAsyncLifetime
{
    private readonly string _file = Path.GetTempFileName();
    private GatewayHost _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(Keys.NoRedis);

    public async ValueTask DisposeAsync()
    {
        File.Delete(_file);
        File.Delete(_file + ".csv");
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task Refused_rows_are_listed_by_number_and_all_others_are_stored()
    {
        List<string> rows = ["text,label,head,annotator"];
        for (var row = 1; row <= 700; row++)
        {
            var head = row is 3 or 650 ? "mood" : "sentiment";
            rows.Add($"text number {row},{(row == 4 ? "" : "positive")},{head},{(row % 2 == 0 ? "anna" : "bob")}");
        }
        await File.WriteAllLinesAsync(_file + ".csv", rows, TestContext.Current.CancellationToken);

        var (code, printed, errors) = await StreamBertProcess.RunAsync(
            "feedback", "import", _file + ".csv", "--pipeline", "financial-news", "--url", $"{_gateway.Client.BaseAddress}");

        Assert.Equal((2, "697 labels stored, 3 rows refused."), (code, printed.Trim()));
        Assert.Contains("row 3 (line 4): head: the pipeline 'financial-news' has no head 'mood'", errors, StringComparison.Ordinal);
        Assert.Contains("row 4 (line 5): 'label' is empty", errors, StringComparison.Ordinal);
        Assert.Contains("row 650 (line 651)", errors, StringComparison.Ordinal);
        var stored = await _gateway.Log.ReadToEndAsync(Topics.Feedback, null, TestContext.Current.CancellationToken)
            .Select(static record => Wire.Deserialize<FeedbackReceived>(record.Value)).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(697, stored.Count);
        Assert.Equal(350 - 2, stored.Count(static feedback => feedback.Annotator == "anna"));
    }

    [Fact]
    public async Task A_row_whose_text_is_too_large_is_listed_with_the_limit()
    {
        await File.WriteAllLinesAsync(
            _file + ".csv", ["text,label,head", "short,positive,sentiment", $"{new string('x', 300_000)},positive,sentiment"],
            TestContext.Current.CancellationToken);

        var (code, printed, errors) = await StreamBertProcess.RunAsync(
            "feedback", "import", _file + ".csv", "--pipeline", "financial-news", "--url", $"{_gateway.Client.BaseAddress}");

        Assert.Equal((2, "1 labels stored, 1 rows refused."), (code, printed.Trim()));
        Assert.Contains("row 2 (line 3): The field 'text' has 300,000 bytes; the pipeline takes 262,144", errors, StringComparison.Ordinal);
    }
}
