using System.Net;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Predictions are searched by event time, confidence and text, besides pipeline and label.</summary>
public sealed class PredictionSearchApiTests() : SharedGateway(hasRedis: true)
{
    private static readonly DateTimeOffset Start = new(1987, 10, 19, 12, 0, 0, TimeSpan.Zero);

    internal override async Task PrepareAsync(GatewayHost gateway)
    {
        foreach (var (id, text, minute) in new[] { ("a", "Oil prices plunge", 0), ("b", "Gold rises", 1), ("c", "OIL output falls", 2) })
        {
            var prediction = SampleEvents.Prediction(id, "financial-news", text, "negative", Start.AddMinutes(minute));
            await gateway.Log.AppendAsync(
                [EventRecord.Create(Topics.Predictions, id, prediction, prediction.ClassifiedAt)], TestContext.Current.CancellationToken);
        }
        await gateway.GetUntilAsync(
            "/v1/predictions", static answer => answer.GetProperty("predictions").GetArrayLength() == 3);
    }

    [Theory]
    [InlineData("text=oil", "a", "c")]
    [InlineData("text=oil&from=1987-10-19T12:01:00Z", "c")]
    [InlineData("to=1987-10-19T12:02:00Z", "a", "b")]
    [InlineData("head=sentiment&minConfidence=0.8", "a", "b", "c")]
    [InlineData("head=topic&minConfidence=0.8")]
    [InlineData("label=Macro&maxConfidence=0.75&text=gold", "b")]
    public async Task Predictions_that_match_are_found(string query, params string[] ids)
    {
        var answer = await Gateway.GetAsync($"/v1/predictions?pipeline=financial-news&{query}");

        Assert.Equal(ids, answer.GetProperty("predictions").EnumerateArray()
            .Select(static prediction => prediction.GetProperty("id").GetString()!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("minConfidence=1.5")]
    [InlineData("maxConfidence=-1")]
    [InlineData("from=1987-10-20T00:00:00Z&to=1987-10-19T00:00:00Z")]
    [InlineData("from=yesterday")]
    public async Task An_invalid_search_is_refused(string query)
    {
        using var response = await Gateway.Client.GetAsync($"/v1/predictions?{query}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
