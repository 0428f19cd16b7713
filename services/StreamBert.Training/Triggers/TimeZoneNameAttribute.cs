using System.ComponentModel.DataAnnotations;

namespace StreamBert.Training.Triggers;

/// <summary>Requires the name of a time zone that this machine knows.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeZoneNameAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _) ? ValidationResult.Success : new(
            $"{validationContext.DisplayName} is '{value}', a time zone that this machine does not know. Give a name of the IANA database, "
                + "such as Europe/Berlin, or UTC; in a container it may need the package tzdata.");
}
