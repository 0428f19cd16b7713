using System.Net;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Trends of long ago are read like those of today, merged to as many points as asked for.</summary>
public sealed class TrendsApiTests() : SharedGateway(hasRedis: true)
{
    private const int Windows = 2_000;
    private const string Series = "/v1/trends?pipeline=financial-news&head=sentiment";
    private static readonly DateTimeOffset Start = new(1987, 10, 1, 0, 0, 0, TimeSpan.Zero);

    internal override async Task PrepareAsync(GatewayHost gateway)
    {
        var windows = Enumerable.Range(0, Windows)
            .Select(static minute => SampleEvents.Window("financial-news", Start.AddMinutes(minute), 1, 2, 3));
        await gateway.Log.AppendAsync(
            [.. windows.Select(static window => EventRecord.Create(Topics.Trends, "financial-news", window, window.Window.End))],
            TestContext.Current.CancellationToken);
        await gateway.GetUntilAsync($"{Series}&points=10", static answer =>
            answer.GetProperty("series")[0].TryGetProperty("extent", out var extent)
            && extent.GetProperty("last").GetDateTimeOffset() == Start.AddMinutes(Windows - 1));
    }

    [Fact]
    public async Task A_long_range_has_no_more_points_than_asked_for_and_every_text()
    {
        var series = (await Gateway.GetAsync($"{Series}&points=100")).GetProperty("series")[0];

        var points = series.GetProperty("windows").EnumerateArray().ToList();
        Assert.InRange(points.Count, 50, 100);
        Assert.Equal(6 * Windows, points.Sum(static point => point.GetProperty("count").GetInt64()));
        Assert.Equal(Windows, points.Sum(static point => point.GetProperty("labels").GetProperty("negative").GetInt64()));
        Assert.Equal(30, series.GetProperty("windowsPerPoint").GetInt64());
        Assert.Equal(Start, series.GetProperty("extent").GetProperty("first").GetDateTimeOffset());
        Assert.Equal(Start.AddMinutes(Windows - 1), series.GetProperty("extent").GetProperty("last").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_short_range_has_its_windows_unmerged()
    {
        var answer = await Gateway.GetAsync($"{Series}&points=100&from=1987-10-01T01:00:00Z&to=1987-10-01T02:00:00Z");

        var series = answer.GetProperty("series")[0];
        Assert.Equal((60, 1L), (series.GetProperty("windows").GetArrayLength(), series.GetProperty("windowsPerPoint").GetInt64()));
    }

    [Theory]
    [InlineData("/v1/trends?points=100", "name its pipeline")]
    [InlineData($"{Series}&points=1", "2 and 1000")]
    [InlineData($"{Series}&points=100&entity=acme", "entity")]
    public async Task Points_of_what_is_not_one_series_are_refused(string path, string reason)
    {
        using var response = await Gateway.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Contains(reason, problem.GetProperty("detail").GetString());
    }
}
