using Microsoft.Extensions.Hosting;
using StreamBert.Inference.Consuming;
using StreamBert.Inference.Rollout;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Inference;

/// <summary>Turns texts into predictions: loads the models, then runs the consumer groups and follows the promotions.</summary>
internal sealed class InferenceWorker(
    ModelServers models, ModelFollower follower, ShadowReporter shadow, ConsumerLoopFactory loops, PipelineCatalog pipelines)
    : BackgroundService
{
    /// <exception cref="ConfigurationException">A shipped model cannot serve its pipelines.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await models.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(
                follower.FollowAsync(models.ByModel, stoppingToken, models.TryStart),
                shadow.RunAsync(models.ByModel, stoppingToken),
                ConsumeInputsAsync(stoppingToken),
                loops.CreateInteractive(models.ByModel).RunAsync(stoppingToken),
                loops.CreateTokenization(models.ByModel).RunAsync(stoppingToken),
                loops.CreateExplanation(models.ByModel).RunAsync(stoppingToken));
        }
        finally
        {
            await models.StopAsync();
        }
    }

    /// <summary>
    /// Consumes the inputs of the pipelines that take predictions and of those whose model has a server, and joins again with more inputs
    /// when a server is added: no pipeline waits for the model of another.
    /// </summary>
    private async Task ConsumeInputsAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var serverAdded = models.ServerAdded;
            using var rejoin = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            string[] topics =
            [
                .. pipelines.All.Where(pipeline => pipeline.Predictions is not null || models.ByModel.ContainsKey(pipeline.Model))
                    .SelectMany(static pipeline => pipeline.Inputs).Distinct(),
            ];
            var consuming = topics.Length > 0
                ? loops.CreateBulk(topics, models.ByModel).RunAsync(rejoin.Token)
                : Task.Delay(Timeout.Infinite, rejoin.Token);
            await Task.WhenAny(consuming, serverAdded);
            await rejoin.CancelAsync();
            await consuming.ConfigureAwait(topics.Length > 0 ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
