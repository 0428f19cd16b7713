using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Operations.Projection;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Operations.Projection;

public sealed class ProjectorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_projectors_of_one_log_count_every_prediction_once()
    {
        await using var redis = await RedisServer.StartAsync();
        var directory = Directory.CreateTempSubdirectory("streambert-projector-");
        using var host = Build(redis.ConnectionString, directory.FullName);
        await host.StartAsync(Cancellation);
        var log = host.Services.GetRequiredService<IEventLog>();

        for (var batch = 0; batch < 20; batch++)
            await log.AppendAsync([.. Enumerable.Range(batch * 100, 100).Select(Prediction)], Cancellation);

        var store = host.Services.GetRequiredService<StateStore>();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await PredictedAsync(store) < 2_000) await pause.WaitForNextTickAsync(Cancellation);
        await host.StopAsync(Cancellation);

        Assert.Equal(2_000, await PredictedAsync(store));
        Assert.Equal(2_000, (await store.ListPredictionsAsync(new(Limit: 5_000), Cancellation)).Count);
        directory.Delete(recursive: true);
    }

    private static async Task<long> PredictedAsync(StateStore store)
        => (await store.ListModelsAsync(Cancellation)).Sum(static version => version.Predictions);

    private static IHost Build(string redis, string directory)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Log:Engine"] = "embedded",
            ["Log:Directory"] = directory,
            ["Privacy:Directory"] = Path.Combine(directory, "keys"),
            ["Redis:ConnectionString"] = redis,
        });
        builder.AddStreamBertDefaults("gateway").AddStateStore();
        builder.Services.AddSingleton<ResilientProjection>();
        for (var projector = 0; projector < 2; projector++)
            builder.Services.AddSingleton<IHostedService>(static services => ActivatorUtilities.CreateInstance<Projector>(services));
        return builder.Build();
    }

    private static NewRecord Prediction(int number) =>
        new(Topics.Predictions, Encoding.UTF8.GetBytes($"id-{number}"), Wire.Serialize(Some.Prediction($"id-{number}", number)), Some.Noon)
        {
            Headers = EventRecord.HeadersFor<TextClassified>(),
        };
}
