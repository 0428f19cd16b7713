using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Model;
using StreamBert.Tests.Streaming.Models;
using StreamBert.Training.Registry;

namespace StreamBert.Tests.Training.Registry;

/// <summary>Tests that a run waits for the model store, on a real server with the API of S3.</summary>
public sealed class RegistryAccessTests(S3Server server) : IClassFixture<S3Server>
{
    [Fact]
    public async Task A_finished_candidate_waits_for_the_store_which_the_health_shows_and_is_uploaded_when_it_answers()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        var options = server.Options("waits", folder["models"]);
        using var store = TestStores.Open(options);
        var (readiness, time) = (new Readiness(), new FakeTimeProvider());
        var access = new RegistryAccess(
            new(new(options.Directory, folder["shipped"]), store), new(time, NullLogger<Supervisor>.Instance), readiness);
        TinyModel.Save(Path.Combine(options.Directory, "default", "v2"), "v2");
        server.Pause();

        var publishing = access.PublishAsync("default", "v2", cancellation);
        while (readiness.Degradations.Count == 0)
            await Task.Delay(5, cancellation);
        Assert.Equal("model store", readiness.Degradations[0].Component);
        Assert.Contains("The upload of default/v2 waits.", readiness.Degradations[0].Reason, StringComparison.Ordinal);
        await server.ContinueAsync();
        while (!publishing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(5, cancellation);
        }

        await publishing;
        Assert.Empty(readiness.Degradations);
        Assert.Equal("v2", Assert.Single(await store.ListAsync("default", cancellation)).Version);
    }
}
