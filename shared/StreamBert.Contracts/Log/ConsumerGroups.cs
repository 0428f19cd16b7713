namespace StreamBert.Contracts;

/// <summary>Names the consumer groups of the services.</summary>
public static class ConsumerGroups
{
    /// <summary>The workers that classify the input topics of the pipelines.</summary>
    public const string Inference = "inference";

    /// <summary>The workers that classify <see cref="Topics.Interactive"/>.</summary>
    public const string InferenceInteractive = "inference-interactive";

    /// <summary>The workers that explain the texts of <see cref="Topics.Explain"/>.</summary>
    public const string InferenceExplain = "inference-explain";

    /// <summary>The workers that tokenize the texts of <see cref="Topics.Tokenize"/>.</summary>
    public const string InferenceTokenize = "inference-tokenize";

    /// <summary>The monitors, of which one is active.</summary>
    public const string Monitoring = "monitoring";

    /// <summary>The monitors that answer <see cref="Topics.RulesPreviewRequests"/>.</summary>
    public const string RulesPreviews = "monitoring-previews";

    /// <summary>The trainers, of which one is active.</summary>
    public const string Training = "training";

    /// <summary>The services that decide about notifications, of which one is active.</summary>
    public const string Alerting = "alerting";

    /// <summary>Returns the group that sends the notifications of a receiver.</summary>
    public static string ForReceiver(string name) => $"notify-{name}";

    /// <summary>Returns the group that tells a receiver of <c>Training:Webhooks</c> about model versions.</summary>
    public static string ForWebhook(string name) => $"webhook-{name}";

    /// <summary>Returns the group that reads an input topic.</summary>
    public static string ForTopic(string topic) => topic switch
    {
        Topics.Interactive => InferenceInteractive,
        Topics.Explain => InferenceExplain,
        Topics.Tokenize => InferenceTokenize,
        _ => Inference,
    };
}
