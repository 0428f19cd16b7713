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
        builder.Services.AddSingleton(ModelDirectoryOf(builder.Configuration));
        builder.Services.AddSingleton(new WatchedDirectory(ModelsRoot(builder.Configuration)));
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

    private static string ModelsRoot(IConfiguration configuration) =>
        configuration["Models:Directory"]
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".streambert", "models");

    private static ModelDirectory ModelDirectoryOf(IConfiguration configuration) => new(
        ModelsRoot(configuration),
        configuration["Models:Packages"] ?? Path.Combine(AppContext.BaseDirectory, "models"));
}
