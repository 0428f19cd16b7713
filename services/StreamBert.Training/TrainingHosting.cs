using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Model.Packages;
using StreamBert.Privacy;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Hosting.Health;
using StreamBert.Streaming.Models;
using StreamBert.Training.Datasets;
using StreamBert.Training.Datasets.Stored;
using StreamBert.Training.Registry;
using StreamBert.Training.Requests;
using StreamBert.Training.Rollout;
using StreamBert.Training.Runs;
using StreamBert.Training.Triggers;
using StreamBert.Training.Webhooks;

namespace StreamBert.Training;

/// <summary>Adds the training service to a host.</summary>
public static class TrainingHosting
{
    /// <summary>Adds the training service, which fine-tunes models on feedback.</summary>
    public static T AddTraining<T>(this T builder)
        where T : IHostApplicationBuilder
    {
        builder.AddStreamBertDefaults("training");
        builder.AddPrivacy();
        builder.Services.AddOptions<TrainingOptions>().BindConfiguration(TrainingOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TrainingOptions>, TrainingOptionsValidator>();
        builder.AddModelStore(new(ModelPackage.ReadBaseName, ModelPackage.Verify));
        builder.Services.AddSingleton(static services => CreateDirectory(services.GetRequiredService<IOptions<ModelsOptions>>().Value));
        builder.Services.AddSingleton(static services =>
            new WatchedDirectory(services.GetRequiredService<IOptions<ModelsOptions>>().Value.Directory));
        AddComponents(builder.Services);
        builder.Services.AddHostedService<TrainingWorker>();
        builder.Services.AddHostedService<FirstImportPromoter>();
        builder.Services.AddHostedService(static services => ActivatorUtilities.CreateInstance<WebhookSender>(
            services, (HttpMessageHandler)new SocketsHttpHandler { AllowAutoRedirect = false }));
        return builder;
    }

    private static void AddComponents(IServiceCollection services)
    {
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<RegistryAccess>();
        services.AddSingleton<NeededVersions>();
        services.AddSingleton<PredictionJoin>();
        services.AddSingleton<FeedbackTextResolver>();
        services.AddSingleton<FeedbackChecker>();
        services.AddSingleton<FeedbackReader>();
        services.AddSingleton<ReplayBuffer>();
        services.AddSingleton(static services => new DatasetStore(
            services.GetRequiredService<ModelDirectory>().Datasets, services.GetRequiredService<SubjectKeys>()));
        services.AddSingleton<DatasetRecorder>();
        services.AddSingleton<TrainingRun>();
        services.AddSingleton<BackgroundRuns>();
        services.AddSingleton<ModelPromoter>();
        services.AddSingleton<ModelHistories>();
        services.AddSingleton(static services => services.GetRequiredService<IOptions<TrainingOptions>>().Value.Rollout);
        services.AddSingleton<RolloutRecords>();
        services.AddSingleton<TrialReader>();
        services.AddSingleton<RolloutController>();
        services.AddSingleton<ModelRequestHandler>();
        services.AddSingleton<RequestDecider>();
        services.AddSingleton<RunAttempts>();
        services.AddSingleton<RunCompletion>();
        services.AddSingleton<ShippedModelAnnouncer>();
        services.AddSingleton<BacklogBatchReader>();
        services.AddSingleton<FeedbackAdmission>();
        services.AddSingleton<ExcludedAnnotators>();
        services.AddSingleton<PendingWork>();
        services.AddSingleton<PendingWorkReader>();
        services.AddSingleton<RunSchedule>();
        services.AddSingleton<DriftAlerts>();
        services.AddSingleton<RunTriggers>();
    }

    private static ModelDirectory CreateDirectory(ModelsOptions options) => new(options.Directory, options.Packages);
}
