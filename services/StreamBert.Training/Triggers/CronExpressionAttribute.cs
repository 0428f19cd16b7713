using System.ComponentModel.DataAnnotations;
using Cronos;

namespace StreamBert.Training.Triggers;

/// <summary>Requires a cron expression of five fields, or nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CronExpressionAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is not string { Length: > 0 } text || CronExpression.TryParse(text, out _) ? ValidationResult.Success : new(
            $"{validationContext.DisplayName} is '{text}', which is no cron expression. Give minute, hour, day, month and weekday, such as "
                + "'0 2 * * *' for every night at two.");
}
