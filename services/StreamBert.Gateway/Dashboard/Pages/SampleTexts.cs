using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Pages;

/// <summary>Texts to try, similar to what a pipeline reads.</summary>
internal static class SampleTexts
{
    private static readonly IReadOnlyList<string> News =
    [
        "Shares of the chip maker fall 9% after it cuts its full-year outlook",
        "Crude settles higher as OPEC+ agrees to extend output cuts",
        "Central bank leaves rates unchanged, as expected",
    ];

    private static readonly IReadOnlyList<string> Chats =
    [
        "I still have not received my new card, this is taking far too long",
        "Why was I charged twice for the same transfer?",
        "Thanks, the refund has arrived",
    ];

    public static IReadOnlyList<string> For(PipelineOptions pipeline) => pipeline.Heads.Contains("intent") ? Chats : News;
}
