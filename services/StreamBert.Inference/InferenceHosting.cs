using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Inference.Consuming;
using StreamBert.Inference.Rollout;
using StreamBert.Inference.Serving;
using StreamBert.Model.Packages;
using StreamBert.Privacy;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Models;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference;

/// <summary>Adds the inference service to a host.</summary>
public static class InferenceHosting
{
    /// <summary>Adds the inference service, which turns texts into predictions.</summary>
    public static IHostApplicationBuilder AddInference(this IHostApplicationBuilder builder)
    {
        builder.AddStreamBertDefaults("inference");
        builder.AddPrivacy();
        builder.Services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<InferenceOptions>, InferenceOptionsValidator>();
        builder.AddModelStore(new(ModelPackage.ReadBaseName, ModelPackage.Verify));
        builder.Services.AddSingleton(CreateLoader);
        builder.Services.AddSingleton(CreateFollower);
        builder.Services.AddSingleton<RefusedVersions>();
        builder.Services.AddSingleton<ModelTargetReader>();
        builder.Services.AddSingleton<ShadowReporter>();
        builder.Services.AddSingleton<ModelServers>();
        builder.Services.AddSingleton<ConsumerLoopFactory>();
        builder.Services.AddHostedService<InferenceWorker>();
        return builder;
    }

    private static ModelLoader CreateLoader(IServiceProvider services)
    {
        var models = services.GetRequiredService<IOptions<ModelsOptions>>().Value;
        return new(models.Directory, models.Packages, services.GetRequiredService<IOptions<InferenceOptions>>().Value.Devices);
    }

    private static ModelFollower CreateFollower(IServiceProvider services)
    {
        var loader = services.GetRequiredService<ModelLoader>();
        var pipelines = services.GetRequiredService<PipelineCatalog>();
        var store = services.GetRequiredService<ModelStore>();
        var root = services.GetRequiredService<IOptions<ModelsOptions>>().Value.Directory;
        return new(
            services.GetRequiredService<ModelTargetReader>(),
            target => loader.Load(target, pipelines.HeadsOf(target.Model)),
            loader.FileSignature,
            new((target, cancellation) => store.DownloadAsync(root, target.Directory, cancellation)),
            services.GetRequiredService<RefusedVersions>(),
            services.GetRequiredService<IOptions<InferenceOptions>>().Value.RetryDelay,
            services.GetRequiredService<Supervisor>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<ModelFollower>>());
    }
}
