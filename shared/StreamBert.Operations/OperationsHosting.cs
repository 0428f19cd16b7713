using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Operations.Annotators;
using StreamBert.Operations.DeadLetters;
using StreamBert.Operations.Ledger;
using StreamBert.Operations.Projection;
using StreamBert.Operations.Rules;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations;

/// <summary>Registers the ledger, the dead letters and the projection into the state store.</summary>
public static class OperationsHosting
{
    /// <summary>
    /// Adds <see cref="LedgerReader"/>, <see cref="DeadLetterReader"/>, <see cref="DeadLetterActions"/> and <see cref="StateRebuild"/>,
    /// with the background
    /// services that keep them up to date. The host must have the event log and the state store.
    /// </summary>
    public static IHostApplicationBuilder AddOperations(this IHostApplicationBuilder builder)
    {
        AddLedger(builder.Services);
        AddDeadLetters(builder.Services);
        AddProjection(builder.Services);
        builder.Services.AddSingleton<RulesHistory>();
        builder.Services.AddSingleton<AnnotatorDirectory>();
        return builder;
    }

    private static void AddLedger(IServiceCollection services)
    {
        services.AddSingleton<LedgerCounter>();
        services.AddSingleton(static provider => new LedgerReader(
            provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<LedgerCounter>(),
            provider.GetRequiredService<PipelineCatalog>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<LedgerUpdater>();
    }

    private static void AddDeadLetters(IServiceCollection services)
    {
        services.AddSingleton(new DeadLetterIndex(DeadLetterReader.Capacity));
        services.AddSingleton(static provider => new DeadLetterReader(
            provider.GetRequiredService<IEventLog>(), provider.GetRequiredService<DeadLetterIndex>()));
        services.AddSingleton<DeadLetterActions>();
        services.AddHostedService<DeadLetterIndexer>();
    }

    private static void AddProjection(IServiceCollection services)
    {
        services.AddOptions<ProjectionOptions>().BindConfiguration(ProjectionOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProjectionOptions>, ProjectionOptionsValidator>());
        services.AddSingleton<ResilientProjection>();
        services.AddSingleton<StateRebuild>();
        services.AddHostedService<Projector>();
    }
}
