using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Privacy;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Hosting.Health;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;
using StreamBert.Training.Runs;

namespace StreamBert.Training;

/// <summary>Composes the training service.</summary>
public static class TrainingService
{
    /// <summary>Adds the trainer: feedback → dataset → fine-tuning → gates → promotion.</summary>
    public static T AddTraining<T>(this T builder) where T : IHostApplicationBuilder
    {
        builder.AddStreamBertDefaults("training");
        builder.AddPrivacy();
        builder.Services.AddOptions<TrainingOptions>().BindConfiguration(TrainingOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TrainingOptions>, TrainingOptionsValidator>();
        builder.Services.AddOptions<ModelsOptions>().BindConfiguration(ModelsOptions.Section);
        builder.Services.AddSingleton(static services => new ModelDirectory(Models(services).Directory, Models(services).Packages));
        builder.Services.AddSingleton(static services => new WatchedDirectory(Models(services).Directory));
        builder.Services.AddSingleton<TrainingMetrics>();
        builder.Services.AddSingleton<TextFinder>();
        builder.Services.AddSingleton<FeedbackArchive>();
        builder.Services.AddSingleton<ReplayBuffer>();
        builder.Services.AddSingleton<TrainingRun>();
        builder.Services.AddSingleton<BackgroundRuns>();
        builder.Services.AddSingleton<Rollback>();
        builder.Services.AddSingleton<Promotion>();
        builder.Services.AddSingleton<Introduction>();
        builder.Services.AddSingleton<Inbox>();
        builder.Services.AddHostedService<TrainingWorker>();
        builder.Services.AddHostedService<FirstImports>();
        return builder;
    }

    private static ModelsOptions Models(IServiceProvider services) => services.GetRequiredService<IOptions<ModelsOptions>>().Value;
}
