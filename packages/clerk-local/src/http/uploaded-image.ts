import type { Context } from 'hono';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';

/**
 * Reads the image of a multipart body, from its part `file`.
 *
 * @returns a data URL
 * @throws {ClerkApiError} 400 for a missing file or another type, 413 for a large one
 */
export async function uploadedImage(context: Context): Promise<string> {
  const { file } = await context.req.parseBody();
  if (!(file instanceof File)) {
    throw new ClerkApiError(400, 'form_param_missing', 'Image file missing', {
      longMessage: 'There was no image file present in the request: it is the part file.',
      paramName: 'file',
    });
  }
  return dataUrlOf(file);
}

/** Images are stored in the record, so they are small. Clerk's own limit is 10 MB. */
const maxImageBytes = 1_000_000;

async function dataUrlOf(file: File): Promise<string> {
  if (!/^image\/(?:png|jpeg|gif|webp)$/.test(file.type)) {
    throw new ClerkApiError(400, 'request_body_invalid', 'Unsupported image type', {
      longMessage: `'${file.type}' images are not supported. Send PNG, JPEG, GIF or WebP.`,
      paramName: 'file',
    });
  }
  if (file.size > maxImageBytes) {
    throw new ClerkApiError(413, 'image_too_large', 'Image too large', {
      longMessage: `clerk-local stores images of up to ${maxImageBytes} bytes.`,
    });
  }
  const bytes = Buffer.from(await file.arrayBuffer());
  return `data:${file.type};base64,${bytes.toString('base64')}`;
}
