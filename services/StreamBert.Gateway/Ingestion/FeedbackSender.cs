using System.Security.Claims;
using StreamBert.Gateway.Identity;

namespace StreamBert.Gateway.Ingestion;

/// <summary>Who sends feedback.</summary>
/// <param name="Name">The actor: the annotator of feedback that names none.</param>
/// <param name="MayNameOthers">Whether feedback may name other annotators.</param>
public sealed record FeedbackSender(string Name, bool MayNameOthers)
{
    /// <summary>Returns the sender of a request.</summary>
    public static FeedbackSender Of(ClaimsPrincipal principal) => new(Actor.Of(principal), principal.May(Roles.AnnotateAs));

    /// <summary>Returns what is wrong with the annotator of feedback; null if it may be sent.</summary>
    internal string? ValidateAnnotator(string? annotator) =>
        MayNameOthers || string.IsNullOrWhiteSpace(annotator) || annotator == Name ? null
            : $"is not '{Name}', who sends the feedback; leave it out, or use credentials with the role '{Roles.AnnotateAs}', which may "
                + "name others.";
}
