#include "io/gdal_errors.h"
#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void register_drivers(void)
{
    CPLSetConfigOption("GML_DOWNLOAD_SCHEMA", "NO"); /* reading a file asks no network */
    GDALAllRegister();
}

static void CPL_STDCALL on_error(CPLErr kind, CPLErrorNum number, const char *text)
{
    (void)number;
    struct mere_gdal_errors *errors = CPLGetErrorHandlerUserData();
    if (kind == CE_Failure || kind == CE_Fatal) {
        if (errors->n_failures++ == 0)
            snprintf(errors->failure, sizeof errors->failure, "%s", text);
    } else if (kind == CE_Warning) {
        if (errors->n_warnings++ == 0)
            snprintf(errors->warning, sizeof errors->warning, "%s", text);
    }
}

void mere_gdal_catch(struct mere_gdal_errors *errors)
{
    pthread_once(&once, register_drivers);
    memset(errors, 0, sizeof *errors);
    CPLPushErrorHandlerEx(on_error, errors);
}

void mere_gdal_release(void)
{
    CPLPopErrorHandler();
}

void mere_gdal_clock(const char *when)
{
    CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", when);
}
